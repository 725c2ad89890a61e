import { resolve } from 'node:path';
import { DEFAULTS } from '../defaults.ts';
import type { Path, ReportProblem } from '../diagnostics.ts';
import { spellingOf } from '../flags.ts';
import type { SourceEntry } from '../schema/source.ts';
import { parseSize } from '../values.ts';
import type { SourceOrigin, SourcePlan } from '../../plan/source-plan.ts';
import { toMs } from './milliseconds.ts';
import { authHeaders, lowerCase, proxyFor, takeCredentials } from './push-target.ts';
import { type FileReader, mergeTls } from './tls.ts';

const { source: defaults } = DEFAULTS;

interface SourceSurroundings {
  readonly reader: FileReader;
  readonly report: ReportProblem;
  /** Whether sources may be files and commands: a received workload must not read this machine. */
  readonly allowLocal: boolean;
}

/** Plans the sources with every default applied; forbidden ones are reported. */
export function planSources(entries: readonly SourceEntry[], surroundings: SourceSurroundings): readonly SourcePlan[] {
  return entries.map((entry, index) => {
    const intervalMs = toMs(entry.interval ?? defaults.interval);
    return {
      name: entry.name,
      origin: planOrigin(entry, ['sources', index], surroundings),
      profile: entry.profile,
      intervalMs,
      timeoutMs: entry.timeout === undefined ? Math.min(toMs(defaults.timeout), intervalMs / 2) : toMs(entry.timeout),
      match: entry.match ?? [],
      maxBytes: parseSize(entry.max_bytes ?? defaults.max_bytes),
      maxSeries: entry.max_series ?? defaults.max_series,
    };
  });
}

function planOrigin(entry: SourceEntry, path: Path, { reader, report, allowLocal }: SourceSurroundings): SourceOrigin {
  const { url: text, file, command, headers = {}, auth, tls } = entry;
  const kind = file === undefined ? 'command' : 'file';
  if (text === undefined && !allowLocal) {
    const message = `a source that is a ${kind} has to be allowed`;
    report([...path, kind], message, `add the flag ${spellingOf('allow_local_sources')} if you trust this workload`);
  }
  if (file !== undefined) return { kind: 'file', path: resolve(reader.directory, file) };
  if (command !== undefined) return { kind: 'command', words: command, directory: resolve(reader.directory) };
  const { url, headers: ofUrl } = takeCredentials(text ?? 'http://localhost'); // validation lets no other through
  return {
    kind: 'http',
    url,
    headers: { ...ofUrl, ...authHeaders(auth), ...lowerCase(headers) },
    tls: mergeTls([{ tls, path: [...path, 'tls'] }], reader),
    proxy: entry.proxy === undefined ? proxyFor(url, [...path, 'url'], report) : (entry.proxy ?? undefined),
  };
}
