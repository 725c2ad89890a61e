import { z } from 'zod';
import type { StreamPlan } from '../../plan/stream.ts';
import { integerFrom, optional, positiveDuration, required } from '../values.ts';

const FORMS = 'must be "sse", "ndjson", or an object such as { "format": "sse", "max_events": 10 }';

const format = z.enum(['sse', 'ndjson']);

const streamSchema = z
  .strictObject({
    format: required(format, {
      description:
        '`sse`: Server-Sent Events, as LLM services send them. `ndjson`: each line that is not blank is an event.',
      examples: ['sse'],
    }),
    max_events: optional(integerFrom(1), {
      description: 'Number of events after which the request ends, and its connection is closed.',
      without: 'the request ends with the response',
      examples: [10],
    }),
    max_duration: optional(positiveDuration, {
      description: 'Duration after which the request ends, and its connection is closed. Must be below `timeout`.',
      without: 'the request ends with the response',
      examples: ['10s'],
    }),
  })
  .meta({ id: 'stream', description: 'A response that is a stream of events.' });

/** Field names of a stream. */
export const STREAM_FIELDS: readonly string[] = Object.keys(streamSchema.shape);

export const streamField = optional(z.union([format, streamSchema], { error: FORMS }), {
  description:
    'Read the response as a stream of events, and record their number, the time to the first byte and to the first event, and the gaps between events: see [Streams](http.md#streams). HTTP only.',
  without: 'the response is not a stream',
  examples: ['sse', { format: 'sse', max_events: 10 }],
});

/** Plans a stream; `undefined`: the response is not one. */
export function planStream(entry: z.infer<typeof streamField>): StreamPlan | undefined {
  if (entry === undefined) return undefined;
  if (typeof entry === 'string') return { format: entry, maxEvents: Infinity, maxMs: Infinity };
  return { format: entry.format, maxEvents: entry.max_events ?? Infinity, maxMs: entry.max_duration ?? Infinity };
}
