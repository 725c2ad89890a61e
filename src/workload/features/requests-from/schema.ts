import { z } from 'zod';
import { RECORDED_FORMATS } from '../../../request-files/recorded-format-names.ts';
import { DEFAULTS } from '../../defaults.ts';
import { optional, required, text } from '../../values.ts';
import { LoadbotError } from '../../../shared/errors.ts';

const { requestsFrom: defaults } = DEFAULTS;
const SPEED = 'must be a number from 0.001 to 1000: 2 is twice as fast as the recording';
const SAMPLE = 'must be a share above 0, at most 1';

/** Requests of a file, which a mixed job sends instead of operations of its own. */
export const requestsFromSchema = z
  .strictObject({
    file: required(text, {
      description:
        'File with the requests, relative to the workload file: an access log up to 512 MiB, another file up to 64 MiB; up to 1,000,000 requests after `sample`.',
      examples: ['access.log'],
    }),
    format: optional(z.enum(RECORDED_FORMATS), {
      description:
        'Format of the file: `access_log` (nginx or Apache, common or combined), `har`, `vegeta` (targets), `curl` (command lines) or `postman` (a collection).',
      without: 'recognized by the name and the content of the file',
      examples: ['access_log'],
    }),
    host: optional(text, {
      description: 'Host of the requests to send, with its port if it is not that of the scheme; others are left out.',
      without: 'the requests of all hosts, sent to the target of the job',
      examples: ['shop.example.com'],
    }),
    order: optional(z.enum(['recorded', 'random']), {
      description:
        '`recorded` sends the requests in the order of the file; `random` in a random order, each once before any is sent again.',
      default: defaults.order,
      examples: ['random'],
    }),
    speed: optional(z.number({ error: SPEED }).min(0.001, { error: SPEED }).max(1000, { error: SPEED }), {
      description:
        'Send the requests at their recorded times: 1 as recorded, 2 twice as fast. For `access_log` and `har`, in recorded order. Not together with `pace`, `stages`, `arrival`, `users` and `warm_up`.',
      without: '`pace` or `stages` of the job, or as fast as possible',
      examples: [1, 2],
    }),
    sample: optional(z.number({ error: SAMPLE }).positive({ error: SAMPLE }).max(1, { error: SAMPLE }), {
      description: 'Share of the requests to send, above 0, at most 1; selected by the seed.',
      default: defaults.sample,
      examples: [0.1],
    }),
    repeat: optional(z.boolean(), {
      description: 'Begin again after the last request, instead of ending the job.',
      default: defaults.repeat,
      examples: [true],
    }),
    name_by: optional(z.enum(['path', 'host', 'none']), {
      description:
        'Names of the requests, the label `step` of their metrics: `path` is the method and the path with `:id` in place of ids, `host` the recorded host. The 50 most frequent have rows of their own, the rest is `other`. `none` counts them by type alone.',
      default: defaults.name_by,
      examples: ['none'],
    }),
  })
  .meta({ id: 'requests_from', description: 'Requests of a file, which a mixed job sends.' });

export const REQUESTS_FROM_FIELDS: readonly string[] = Object.keys(requestsFromSchema.shape);

/** Requests of a file, before defaults. */
export type RequestsFromEntry = z.infer<typeof requestsFromSchema>;

/** Creates the error for a file whose requests cannot be sent. @param field of `requests_from`; default: `file` */
export function fileFault(message: string, hint?: string, field = 'file'): LoadbotError {
  return new LoadbotError('config_invalid', message, { field: [field], ...(hint !== undefined && { hint }) });
}
