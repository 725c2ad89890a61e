import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { encodeEnvelope } from '../../../../src/fleet/wire/envelope.ts';
import { decodeUpReply } from '../../../../src/fleet/wire/messages/level.ts';
import { decodeUp } from '../../../../src/fleet/wire/messages/up.ts';
import { WireError } from '../../../../src/fleet/wire/wire-error.ts';

describe('messages of the usual shape, which are decoded without their schema', () => {
  const health = {
    findings: [],
    peaks: { blocked: 0.25, openFiles: 0.01 },
    floor: { samples: 100, p50Seconds: 0.001, p99Seconds: 0.002 },
    clockBoundMs: 0.4,
    startedLateMs: 0,
    requests: 12,
    errors: 1,
    p50Seconds: 0.25,
    p99Seconds: null,
  };
  const names = { run: 'run-1', agent: 'eu-1', incarnation: 'a1' };
  const usualUp = { ...names, seq: 3, cutMs: 12_000, isComplete: true, events: [], health, watermarks: [] };
  const usualReply = { revision: 4, want: 'run', phases: 5, applied: 3, watermarks: [], leaseMs: 10_000 };
  const values: readonly unknown[] = JSON.parse(
    `[null, true, "x", "", "${'y'.repeat(257)}", [], [1], {}, 0, 1, -1, 0.5, 4294967295, 4294967296, 9007199254740992]`,
  );

  it.each([
    ['message of an agent', usualUp, { events: [{ kind: 'opened' }] }, decodeUp],
    ['reply', usualReply, { watermarks: [{ job: 0, completedBelow: 1 }] }, decodeUpReply],
  ] as const)('a %s is accepted exactly if one of another shape is', (_, usual, unusual, decode) => {
    const decoded = (header: object): object | undefined => {
      try {
        return decode(encodeEnvelope(header));
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
        return undefined;
      }
    };
    expect(decoded(usual)).toMatchObject(usual);
    let accepted = 0;
    for (const changed of changesOf(usual, values)) {
      const [plain, other] = [decoded(changed), decoded({ ...changed, ...unusual })];
      const expected = other && { ...other, ...pick(changed, Object.keys(unusual)) };
      // A list that is changed itself has no counterpart.
      if (
        Object.keys(unusual).every((name) => isDeepStrictEqual(Reflect.get(changed, name), Reflect.get(usual, name)))
      ) {
        expect(plain, JSON.stringify(changed)).toEqual(expected);
      }
      if (plain !== undefined) accepted++;
    }
    expect(accepted).toBeGreaterThan(10);
  });
});

/** Each field of an object and of those in it, replaced by each of the values, removed, or beside another one. */
function* changesOf(object: object, values: readonly unknown[]): Generator<object> {
  yield { ...object, other: 1 };
  for (const [name, value] of Object.entries(object)) {
    const rest = Object.fromEntries(Object.entries(object).filter(([one]) => one !== name));
    yield rest;
    for (const other of values) yield { ...object, [name]: other };
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    for (const changed of changesOf(value, values)) yield { ...object, [name]: changed };
  }
}

function pick(object: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));
}
