import { z } from 'zod';
import { PROFILE_NAMES } from '../../core/source-plan.ts';
import { DEFAULTS } from '../defaults.ts';
import { authField } from './auth.ts';
import { proxyField, tlsField } from './connection.ts';
import { optional, required } from './field.ts';
import { headersField } from './header.ts';
import { integer, positiveDuration, size, text } from './values.ts';

const { source: defaults } = DEFAULTS;

const NAME = 'must be a name of letters, digits, _, . and - that begins with a letter, at most 64 of them';
const GLOB = 'must be the name of a metric, in which * stands for any characters';

/** A metrics endpoint of the system under test. */
export const sourceSchema = z
  .strictObject({
    name: required(z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, { error: NAME }), {
      description: 'Name of the source, unique in the file: the label `source` on the metrics about it.',
      examples: ['mysql-agent'],
    }),
    url: optional(text, {
      description:
        'Where its metrics are, an http or https URL. May hold `${ENV_NAME}`; credentials in it become a header.',
      without: '`file` or `command` says where',
      examples: ['http://127.0.0.1:8080/metrics'],
    }),
    file: optional(text, {
      description:
        'A file that holds its metrics, relative to the workload file. Only with the flag `--allow_local_sources`.',
      without: '`url` or `command` says where',
      examples: ['metrics.prom'],
    }),
    command: optional(z.array(text).min(1, { error: 'must name a program' }), {
      description:
        'A program that prints its metrics, and its arguments; no shell is in between. It runs in the folder of the workload file, only with the flag `--allow_local_sources`.',
      without: '`url` or `file` says where',
      examples: [['./print-metrics', '--all']],
    }),
    profile: optional(z.enum(PROFILE_NAMES), {
      description: 'What the source is: brings phases, failures and rates of its own. See [sources](sources.md).',
      without: 'nothing is known about it',
      examples: ['moco'],
    }),
    interval: optional(positiveDuration, {
      description: 'How often it is read, `100ms` or more.',
      default: defaults.interval,
      examples: ['5s'],
    }),
    timeout: optional(positiveDuration, {
      description: 'How long reading it may take in all, less than `interval`.',
      without: '`500ms`, or half of a shorter `interval`',
      examples: ['2s'],
    }),
    match: optional(z.array(z.string().regex(/^[a-zA-Z0-9_:*]+$/, { error: GLOB })), {
      description: 'Names of metrics that are kept, `*` stands for any characters.',
      without: 'all of them',
      examples: [['moco_agent_*']],
    }),
    headers: headersField('none beyond those that HTTP needs'),
    auth: authField('the URL', 'SOURCE_TOKEN'),
    tls: tlsField,
    proxy: proxyField,
    max_bytes: optional(size, {
      description: 'Size that one document may have, decompressed; a larger one is not read.',
      default: defaults.max_bytes,
      examples: ['1MiB'],
    }),
    max_series: optional(integer(1, 1_000_000), {
      description: 'Series that are kept of one document, 1 to 1000000; what is over is counted.',
      default: defaults.max_series,
      examples: [1000],
    }),
  })
  .meta({
    id: 'source',
    description: 'A metrics endpoint of the system under test, read while the load runs.',
    oneOf: [{ required: ['url'] }, { required: ['file'] }, { required: ['command'] }],
  });

/** An entry of `sources`, before defaults. */
export type SourceEntry = z.infer<typeof sourceSchema>;
