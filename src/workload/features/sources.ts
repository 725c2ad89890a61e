import { duration, optional, required, integer, positiveDuration, size, text, parseSize } from '../values.ts';
import type { FileReader } from '../plan-context.ts';
import { serverUrl, lowerCase, authHeaders, authField, headersField } from './server.ts';
import { proxyFor, mergeTls, proxyField, tlsField } from './connection.ts';
import { z } from 'zod';
import { PROFILE_NAMES, type SourceOrigin, type SourcePlan } from '../../plan/source-plan.ts';
import { DEFAULTS } from '../defaults.ts';
import type { PathDiagnostic, Path, ReportProblem } from '../diagnostics.ts';
import { type ConfigObject, sourcesOf } from '../entries.ts';
import { spellingOf } from '../flags.ts';
import { addressBook } from '../../shared/network/address-book.ts';
import type { CheckedFile, ParsedTexts } from '../parsed-texts.ts';

const { source: defaults } = DEFAULTS;
const INTERVAL_MS = duration.parse(defaults.interval);
const TIMEOUT_MS = duration.parse(defaults.timeout);
const MAX_BYTES = parseSize(defaults.max_bytes);

const NAME = 'must be a name of letters, digits, _, . and - that begins with a letter, at most 64 of them';
const GLOB = 'must be the name of a metric, in which * stands for any characters';

/** A metrics endpoint of the system under test. */
export const sourceSchema = z
  .strictObject({
    name: required(z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, { error: NAME }), {
      description: 'Name of the source, unique in the file: label `source` of its metrics.',
      examples: ['mysql-agent'],
    }),
    url: optional(serverUrl, {
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

const ORIGINS = ['url', 'file', 'command'] as const;
/** Settings that apply only to HTTP sources. */
const HTTP_ONLY = ['headers', 'auth', 'tls', 'proxy'] as const;
/** Shortest scrape interval in milliseconds; more frequent scrapes would distort the measured system. */
const MIN_INTERVAL_MS = 100;

/** Checks that sources have unique names, an address, and a timeout below their interval. */
export function checkSources({ value, texts }: CheckedFile): PathDiagnostic[] {
  const seen = new Set<unknown>();
  return sourcesOf(value).flatMap((source) => {
    const { path, fields } = source;
    const { name } = fields;
    const findings = checkOrigin(source).concat(checkTimes(source, texts));
    if (typeof name === 'string' && seen.has(name)) {
      findings.push({ path: [...path, 'name'], message: `there are two sources named "${name}"`, hint: 'rename one' });
    }
    seen.add(name);
    return findings;
  });
}

function checkOrigin({ path, fields }: ConfigObject): PathDiagnostic[] {
  const given = ORIGINS.filter((origin) => fields[origin] !== undefined);
  if (given.length === 0) {
    const hint = 'give its address: "url": "http://127.0.0.1:8080/metrics"';
    return [{ path, message: 'a source needs `url`, `file` or `command`', hint }];
  }
  if (given.length > 1) {
    const message = `a source has one origin: ${given.map((origin) => `\`${origin}\``).join(' and ')} are given`;
    return [{ path: [...path, given[1] ?? ''], part: 'key', message, hint: 'keep one of them' }];
  }
  if (given[0] === 'url') return [];
  return HTTP_ONLY.filter((field) => fields[field] !== undefined).map((field) => {
    const message = `\`${field}\` does not apply to a ${String(given[0])}`;
    return { path: [...path, field], part: 'key', message, hint: 'leave it out' };
  });
}

function checkTimes({ path, fields }: ConfigObject, texts: ParsedTexts): PathDiagnostic[] {
  const intervalMs = texts.valueOf(positiveDuration, fields['interval']);
  const timeoutMs = texts.valueOf(positiveDuration, fields['timeout']);
  if (intervalMs !== undefined && intervalMs < MIN_INTERVAL_MS) {
    return [{ path: [...path, 'interval'], message: `must be ${MIN_INTERVAL_MS}ms or more` }];
  }
  if (timeoutMs === undefined || timeoutMs < (intervalMs ?? INTERVAL_MS)) return [];
  const message = 'must be less than `interval`: the next scrape would start before this one ends';
  return [{ path: [...path, 'timeout'], message, hint: 'make `interval` longer' }];
}

interface SourceSurroundings {
  readonly reader: FileReader;
  readonly report: ReportProblem;
  /** Whether sources may be files and commands: a received workload must not read this machine. */
  readonly allowLocal: boolean;
}

/** Plans the sources with every default applied; forbidden ones are reported. */
export function planSources(entries: readonly SourceEntry[], surroundings: SourceSurroundings): readonly SourcePlan[] {
  return entries.map((entry, index) => {
    const intervalMs = entry.interval ?? INTERVAL_MS;
    return {
      name: entry.name,
      origin: planOrigin(entry, ['sources', index], surroundings),
      profile: entry.profile,
      intervalMs,
      timeoutMs: entry.timeout ?? Math.min(TIMEOUT_MS, intervalMs / 2),
      match: entry.match ?? [],
      maxBytes: entry.max_bytes ?? MAX_BYTES,
      maxSeries: entry.max_series ?? defaults.max_series,
    };
  });
}

function planOrigin(entry: SourceEntry, path: Path, { reader, report, allowLocal }: SourceSurroundings): SourceOrigin {
  const { url: server, file, command, headers = {}, auth, tls } = entry;
  const kind = file === undefined ? 'command' : 'file';
  if (server === undefined && !allowLocal) {
    const message = `a source that is a ${kind} must be allowed`;
    report([...path, kind], message, `add the flag ${spellingOf('allow_local_sources')} if you trust this workload`);
  }
  if (file !== undefined) return { kind: 'file', path: reader.resolve([...path, 'file'], file) };
  if (command !== undefined)
    return { kind: 'command', words: command, directory: reader.resolve([...path, 'command'], '.') };
  const { url, headers: ofUrl } = server ?? { url: 'http://localhost', headers: {} }; // `checkOrigin` demands one
  const forbidden = addressBook.forbiddenHostOf(url);
  if (forbidden !== undefined) reader.report({ path: [...path, 'url'], ...forbidden });
  return {
    kind: 'http',
    url,
    headers: { ...ofUrl, ...authHeaders(auth), ...lowerCase(headers) },
    tls: mergeTls([{ tls, path: [...path, 'tls'] }], reader),
    proxy: entry.proxy === undefined ? proxyFor(url, [...path, 'url'], report) : (entry.proxy ?? undefined),
  };
}
