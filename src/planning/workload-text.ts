import { type Diagnostic, LoadbotError } from '../shared/errors.ts';
import { formatPath } from '../shared/text.ts';
import type { Path } from '../workload/diagnostics.ts';

/**
 * Returns a workload of code as JSON text. Fields that are `undefined` are absent.
 * @param source its name in messages
 * @throws {LoadbotError} `config_invalid` with every value that JSON cannot hold
 */
export function toWorkloadText(workload: unknown, source: string): string {
  if (typeof workload !== 'object' || workload === null || Array.isArray(workload)) {
    const message = `${source}: a workload is an object: { connection_string: ..., jobs: [...] }`;
    throw new LoadbotError('config_invalid', message);
  }
  const problems = [...findForeignValues(workload, [], new Set())].map(([path, what]): Diagnostic => ({
    path: formatPath(path),
    message: `is ${what}, which a workload cannot hold`,
  }));
  if (problems.length > 0) {
    const count = `${problems.length} problem${problems.length === 1 ? '' : 's'}`;
    throw new LoadbotError('config_invalid', `${source}: ${count}`, { problems });
  }
  return JSON.stringify(workload);
}

/** Finds values that JSON drops, changes or cannot hold. @param around the objects around the value */
function* findForeignValues(value: unknown, path: Path, around: Set<object>): Generator<readonly [Path, string]> {
  const what = describeForeign(value);
  if (what !== undefined) yield [path, what];
  if (what !== undefined || typeof value !== 'object' || value === null) return;
  if (around.has(value)) {
    yield [path, 'an object around it'];
    return;
  }
  around.add(value);
  const isList = Array.isArray(value);
  for (const [key, part] of Object.entries(value)) {
    if (part !== undefined) yield* findForeignValues(part, [...path, isList ? Number(key) : key], around);
  }
  around.delete(value);
}

function describeForeign(value: unknown): string | undefined {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value === 'bigint') return 'a BigInt';
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of other realms, such as those of a test runner, have another `Object.prototype`.
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain ? undefined : `an instance of ${value.constructor.name}`;
}
