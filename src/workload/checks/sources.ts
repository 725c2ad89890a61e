import { parseDuration } from '../../shared/units.ts';
import type { PathDiagnostic } from '../diagnostics.ts';
import { type ConfigObject, sourcesOf } from './job-list.ts';

const ORIGINS = ['url', 'file', 'command'] as const;
/** Settings that apply only to HTTP sources. */
const HTTP_ONLY = ['headers', 'auth', 'tls', 'proxy'] as const;
/** Shortest scrape interval in milliseconds; more frequent scrapes would distort the measured system. */
const MIN_INTERVAL_MS = 100;

/** Checks that sources have unique names, an address, and a timeout below their interval. */
export function checkSources(file: unknown): PathDiagnostic[] {
  const seen = new Set<unknown>();
  return sourcesOf(file).flatMap((source) => {
    const { path, fields } = source;
    const { name } = fields;
    const findings = checkOrigin(source).concat(checkTimes(source));
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

function checkTimes({ path, fields }: ConfigObject): PathDiagnostic[] {
  const intervalMs = durationOf(fields['interval']);
  const timeoutMs = durationOf(fields['timeout']);
  if (intervalMs !== undefined && intervalMs < MIN_INTERVAL_MS) {
    return [{ path: [...path, 'interval'], message: `must be ${MIN_INTERVAL_MS}ms or more` }];
  }
  // The default interval is one second.
  if (timeoutMs === undefined || timeoutMs < (intervalMs ?? 1000)) return [];
  const message = 'must be less than `interval`: the next scrape would start before this one ends';
  return [{ path: [...path, 'timeout'], message, hint: 'make `interval` longer' }];
}

function durationOf(value: unknown): number | undefined {
  return typeof value === 'string' ? parseDuration(value) : undefined;
}
