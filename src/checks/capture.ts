import { compilePattern } from '../conditions/pattern.ts';
import type { CapturePick, CapturePlan, CaptureSource } from '../plan/response-plan.ts';
import { LoadbotError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import { drawUnit, streamKey } from '../shared/random.ts';
import { compileJsonPath } from './json-path.ts';
import { type ResponseView, UnreadableResponse } from './response-view.ts';

/** A compiled capture. */
export interface Capture {
  /**
   * Returns the value.
   * @param number data number of the request, which `random` is drawn by
   * @throws {UnreadableResponse} when the response has none and the capture has no default
   */
  readonly read: (response: ResponseView, number: number) => Json;
}

type Find = (response: ResponseView, number: number) => Json | undefined;

/**
 * Compiles a capture.
 * @param key random stream
 * @throws {LoadbotError} for an invalid query or regular expression
 */
export function compileCapture({ name, source, pick, fallback }: CapturePlan, key: number): Capture {
  const find = compileSource(source, pick, key);
  return {
    read: (response, number) => {
      const value = find(response, number) ?? fallback;
      if (value !== undefined) return value;
      throw new UnreadableResponse(`capture ${name}: ${describe(source)} is absent`);
    },
  };
}

function compileSource(source: CaptureSource, pick: CapturePick, key: number): Find {
  switch (source.kind) {
    case 'json': {
      const compiled = compileJsonPath(source.path);
      if ('fault' in compiled) throw invalid(`\`${source.path}\` is not a JSON path: ${compiled.fault}`);
      const { query } = compiled;
      if (pick === 'first') return whenReadable((response) => query.first(response.json()));
      return whenReadable(compilePick(pick, key, (response) => query.all(response.json())));
    }
    case 'regex': {
      const compiled = compilePattern(source.pattern);
      if ('fault' in compiled) throw invalid(compiled.fault.message);
      const { pattern } = compiled;
      if (pick === 'first') return whenReadable((response) => pattern.find(response.text()));
      return whenReadable(compilePick(pick, key, (response) => pattern.findAll(response.text())));
    }
    case 'header':
      return (response) => response.header(source.name);
    case 'cookie':
      return (response) => response.cookie(source.name);
    case 'status':
      return (response) => response.status;
    case 'row':
    default: // all kinds are above
      return (response) => rowOf(response.json(), source.column);
  }
}

/** One value of several, or all of them; without values, `undefined`. */
function compilePick(
  pick: Exclude<CapturePick, 'first'>,
  key: number,
  listOf: (response: ResponseView) => readonly Json[],
): Find {
  const high = streamKey(key, 'high');
  const low = streamKey(key, 'low');
  return (response, number) => {
    const list = listOf(response);
    if (pick === 'all') return list.length === 0 ? undefined : [...list];
    return pick === 'last' ? list.at(-1) : list[Math.floor(drawUnit(high, low, number) * list.length)];
  };
}

/** A body that cannot be read has no value. */
function whenReadable(find: Find): Find {
  return (response, number) => {
    try {
      return find(response, number);
    } catch (error) {
      if (error instanceof UnreadableResponse) return undefined;
      throw error;
    }
  };
}

function rowOf(rows: Json, column: string | undefined): Json | undefined {
  if (column === undefined) return rows;
  const [first] = Array.isArray(rows) ? (rows as readonly Json[]) : [rows];
  if (first === null || typeof first !== 'object' || Array.isArray(first)) return undefined;
  return (first as Readonly<Record<string, Json>>)[column];
}

function describe(source: CaptureSource): string {
  switch (source.kind) {
    case 'json':
      return source.path;
    case 'regex':
      return `a match of ${source.pattern}`;
    case 'header':
      return `the header ${source.name}`;
    case 'cookie':
      return `the cookie ${source.name}`;
    case 'status':
      return 'the status';
    case 'row':
    default: // all kinds are above
      return source.column === undefined ? 'the result' : `the column ${source.column}`;
  }
}

function invalid(message: string): LoadbotError {
  return new LoadbotError('config_invalid', message);
}
