import { z } from 'zod';
import { PROFILE_NAMES } from '../../plan/source-plan.ts';
import { DEFAULTS } from '../defaults.ts';
import { authField } from './auth.ts';
import { proxyField, tlsField } from './connection.ts';
import { optional, required, integer, positiveDuration, size, text } from '../values.ts';
import { headersField } from './header.ts';

const { source: defaults } = DEFAULTS;

const NAME = 'must be a name of letters, digits, _, . and - that begins with a letter, at most 64 of them';
const GLOB = 'must be the name of a metric, in which * stands for any characters';

/** A metrics endpoint of the system under test. */
export const sourceSchema = z
  .strictObject({
    name: required(z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, { error: NAME }), {
      description: 'Name of the source, unique in the file: label `source` of its metrics.',
      examples: ['mysql-agent'],
    }),
    url: optional(text, {
      description: 'URL of its metrics, http or https. May contain `${ENV_NAME}`; credentials in it become a header.',
      without: '`file` or `command`',
      examples: ['http://127.0.0.1:8080/metrics'],
    }),
    file: optional(text, {
      description: 'File with its metrics, relative to the workload file. Only with the flag `--allow_local_sources`.',
      without: '`url` or `command`',
      examples: ['metrics.prom'],
    }),
    command: optional(z.array(text).min(1, { error: 'must name a program' }), {
      description:
        'Program that prints its metrics, with arguments; executed without a shell in the folder of the workload file. Only with the flag `--allow_local_sources`.',
      without: '`url` or `file`',
      examples: [['./print-metrics', '--all']],
    }),
    profile: optional(z.enum(PROFILE_NAMES), {
      description: 'Type of the source: adds predefined phases, failures and rates. See [sources](sources.md).',
      without: 'no predefined phases',
      examples: ['moco'],
    }),
    interval: optional(positiveDuration, {
      description: 'Scrape interval, `100ms` or more.',
      default: defaults.interval,
      examples: ['5s'],
    }),
    timeout: optional(positiveDuration, {
      description: 'Scrape timeout, less than `interval`.',
      without: '`500ms`, or half of a shorter `interval`',
      examples: ['2s'],
    }),
    match: optional(z.array(z.string().regex(/^[a-zA-Z0-9_:*]+$/, { error: GLOB })), {
      description: 'Names of metrics to keep; `*` matches any characters.',
      without: 'all of them',
      examples: [['moco_agent_*']],
    }),
    headers: headersField('only the headers that HTTP requires'),
    auth: authField('the URL', 'SOURCE_TOKEN'),
    tls: tlsField,
    proxy: proxyField,
    max_bytes: optional(size, {
      description: 'Limit of one exposition in bytes, decompressed; a larger one is not read.',
      default: defaults.max_bytes,
      examples: ['1MiB'],
    }),
    max_series: optional(integer(1, 1_000_000), {
      description: 'Limit of series per exposition, 1 to 1000000; further series are dropped and counted.',
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
