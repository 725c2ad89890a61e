import { setTimeout as delay } from 'node:timers/promises';
import { inspect, isDeepStrictEqual } from 'node:util';

/** Time between two looks of `eventually`, in milliseconds. */
const LOOK_EVERY_MS = 10;

/** @throws {Error} with the fault when the values differ */
export function equal(actual: unknown, expected: unknown, fault: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${fault}: expected ${short(expected)}, got ${short(actual)}`);
}

/** @throws {Error} with the fault when the condition is false */
export function holds(condition: boolean, fault: string): void {
  if (!condition) throw new Error(fault);
}

/**
 * Waits until a value is the expected one.
 * @throws {Error} with the fault after `withinMs`
 */
export async function eventually(
  read: () => unknown,
  expected: unknown,
  fault: string,
  withinMs: number,
): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!isDeepStrictEqual(await read(), expected) && performance.now() < endMs) await delay(LOOK_EVERY_MS);
  equal(await read(), expected, fault);
}

function short(value: unknown): string {
  return inspect(value, { breakLength: Infinity, maxArrayLength: 8, compact: true });
}
