import { recordedEnd } from '../../../plan/recorded.ts';
import type { HttpOptions } from '../../../plan/target.ts';
import { formatCountOf } from '../../../shared/units.ts';
import type { RequestJobEntry } from '../job/schema.ts';
import type { PlacedJob } from '../job/plan.ts';
import { buildOperation } from '../request.ts';
import type { LoadedWorkload } from '../../load.ts';
import type { FileReader } from '../../plan-context.ts';
import type { RecordedJob } from './read-requests.ts';

/** A job that sends requests, with its place in the file. */
type PlacedRequestJob = Omit<PlacedJob, 'job'> & { readonly job: RequestJobEntry };

interface RecordedContext {
  readonly reader: FileReader;
  /** The run's. */
  readonly seed: number;
  /** Index of the job in the plan. */
  readonly index: number;
  /** Settings of the job. */
  readonly http: HttpOptions;
}

/** Plans the requests that a job sends from a file; `undefined`: it has none, or they cannot be read, which is reported. */
export function planRecorded(
  loaded: LoadedWorkload,
  { job, path }: PlacedRequestJob,
  { reader, seed, index, http }: RecordedContext,
): RecordedJob | undefined {
  const { file, readRequests } = loaded;
  const { requests_from: from, operations, expect, max_body, trace } = job;
  if (from === undefined) return undefined;
  const replaced = new Set([
    ...Object.keys({ ...file.http?.headers, ...job.http?.headers }).map((name) => name.toLowerCase()),
    ...Object.keys(http.headers),
    ...(trace === true ? ['traceparent'] : []),
  ]);
  const recorded = readRequests?.(from, {
    path: [...path, 'requests_from'],
    reader,
    seed,
    index,
    http,
    replaced,
    expand: (text) => loaded.expand(text, 'hidden'),
    build: ({ type, step, title, weight, http: own }) => {
      const context = { schema: undefined, sizing: 'document' as const, http: own };
      return { ...buildOperation({ type, step }, { expect, max_body, weight }, context), title };
    },
  });
  if (recorded === undefined || operations === undefined) return recorded;
  const end = recordedEnd(recorded.recorded);
  if (operations > end) {
    const message = `is ${operations}, and ${from.file} has ${formatCountOf(end, 'request')}`;
    reader.report({
      path: [...path, 'operations'],
      message,
      hint: 'set `"repeat": true` in `requests_from`, or fewer',
    });
  }
  return recorded;
}
