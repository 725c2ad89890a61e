import { compilePattern } from '../conditions/pattern.ts';
import type { CapturePlan, CaptureSource } from '../plan/response-plan.ts';
import { LoadbotError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import { compileJsonPath } from './json-path.ts';
import { type ResponseView, UnreadableResponse } from './response-view.ts';

/** A compiled capture. */
export interface Capture {
  /**
   * Returns the value.
   * @throws {UnreadableResponse} when the response has none and the capture has no default
   */
  readonly read: (response: ResponseView) => Json;
}

/**
 * Compiles a capture.
 * @throws {LoadbotError} for an invalid query or regular expression
 */
export function compileCapture({ name, source, fallback }: CapturePlan): Capture {
  const find = compileSource(source);
  return {
    read: (response) => {
      const value = find(response) ?? fallback;
      if (value !== undefined) return value;
      throw new UnreadableResponse(`capture ${name}: ${describe(source)} is absent`);
    },
  };
}

function compileSource(source: CaptureSource): (response: ResponseView) => Json | undefined {
  switch (source.kind) {
    case 'json': {
      const compiled = compileJsonPath(source.path);
      if ('fault' in compiled) throw invalid(`\`${source.path}\` is not a JSON path: ${compiled.fault}`);
      return whenReadable((response) => compiled.query.first(response.json()));
    }
    case 'regex': {
      const compiled = compilePattern(source.pattern);
      if ('fault' in compiled) throw invalid(compiled.fault.message);
      return whenReadable((response) => compiled.pattern.find(response.text()));
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

/** A body that cannot be read has no value. */
function whenReadable(find: (response: ResponseView) => Json | undefined): typeof find {
  return (response) => {
    try {
      return find(response);
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
