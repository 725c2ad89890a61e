import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeValue, type ValueLimits } from '../../../../../src/fleet/wire/plan/value-reader.ts';
import { encodeValue } from '../../../../../src/fleet/wire/plan/value-writer.ts';
import { TAG } from '../../../../../src/fleet/wire/plan/value-tags.ts';
import { WireError } from '../../../../../src/fleet/wire/wire-error.ts';

const LIMITS: ValueLimits = { values: 100_000, expandedValues: 1_000_000, bufferBytes: 100_000 };

function roundTrip(value: unknown): unknown {
  return decodeValue(encodeValue(value), LIMITS);
}

/** A list that contains a list, and so on. */
function nest(levels: number): unknown {
  return Array.from({ length: levels }).reduce<unknown>((inner) => [inner], 0);
}

describe('values', () => {
  it('are received as they were sent', () => {
    const anything = fc.anything({ withMap: true, withSet: true, withTypedArray: true, withObjectString: true });
    fc.assert(
      fc.property(anything, (value) => {
        expect(isDeepStrictEqual(roundTrip(value), value)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, unknown]>([
    ['numbers', [0, -0, -1, 1.5, 2 ** 53 - 1, 2 ** 53, NaN, Infinity, -Infinity]],
    ['texts with lone surrogates and byte order marks', ['\u{D800}x', '\u{FEFF}a', 'ä😀', '']],
    ['fields that are undefined', { a: undefined, b: null }],
    ['a field of the name of the prototype', JSON.parse('{ "__proto__": { "polluted": true } }')],
    ['regular expressions', [/a+b/giu, /\//]],
    ['big integers in typed arrays', BigUint64Array.of(2n ** 64n - 1n)],
    ['empty memory', [new SharedArrayBuffer(0), new ArrayBuffer(3), new Float64Array(0)]],
  ])('keep %s', (_, value) => {
    expect(isDeepStrictEqual(roundTrip(value), value)).toBe(true);
  });

  it('keep memory that is shared', () => {
    const memory = new SharedArrayBuffer(64);
    const ends = new Uint32Array(memory, 8, 3).fill(9);
    const received = roundTrip({ memory, ends, again: [{ ends }] }) as { memory: SharedArrayBuffer; ends: Uint32Array };
    expect(received.ends.buffer).toBe(received.memory);
    expect(received.ends).toEqual(ends);
    expect(received).toHaveProperty('again.0.ends', received.ends);
    expect(received.memory.byteLength).toBe(64);
  });

  it('have no bytes of memory beside a view that is not shared', () => {
    const secret = Buffer.from('secret and public');
    const bytes = encodeValue({ text: secret.subarray(11) });
    expect(Buffer.from(bytes).includes('public')).toBe(true);
    expect(Buffer.from(bytes).includes('secret')).toBe(false);
  });

  it('have no zeros at the end of their memory', () => {
    expect(encodeValue(new SharedArrayBuffer(50_000)).length).toBeLessThan(10);
  });

  it.each<[string, unknown, string]>([
    ['a function', { jobs: [{ run: () => 1 }] }, 'a function cannot be sent to an agent: jobs.0.run'],
    ['a symbol', { a: Symbol('x') }, 'a symbol cannot be sent to an agent: a'],
    ['a bigint', 1n, 'a bigint cannot be sent to an agent: the plan'],
    ['an instance of a class', { at: new Date(0) }, 'an object of the class Date cannot be sent to an agent: at'],
    ['a DataView', [new DataView(new ArrayBuffer(1))], 'a DataView cannot be sent to an agent: 0'],
    ['too many levels', nest(400), 'a value of more than 300 levels'],
  ])('refuse %s', (_, value, message) => {
    expect(() => encodeValue(value)).toThrow(message);
  });

  it('refuse a value that contains itself', () => {
    const value: { inner: unknown[] } = { inner: [] };
    value.inner.push(value);
    expect(() => encodeValue(value)).toThrow('a value that contains itself cannot be sent to an agent: inner.0');
  });
});

describe('damaged values', () => {
  it.each<[string, readonly number[], string]>([
    ['nothing', [], 'the message ends within a number'],
    ['an unknown tag', [99], 'the plan has the unknown tag 99'],
    ['a list longer than its bytes', [TAG.array, 9, 0], 'the plan has 1 more bytes for 9 values of a list'],
    ['an object in itself', [TAG.array, 1, TAG.reference, 0], 'value 0 of the plan is repeated before its end'],
    ['a reference to nothing', [TAG.reference, 3], 'value 3 of the plan is repeated before its end'],
    ['a key that is not a text', [TAG.object, 1, TAG.null, TAG.null], 'the plan has the tag 1 in place of a text'],
    ['a text that is not UTF-8', [TAG.text, 1, 255], 'a text of the plan is not UTF-8'],
    ['a text beyond the end', [TAG.text, 5, 65], 'the message has 1 more bytes, not 5'],
    ['a key without a value', [TAG.map, 1, TAG.null], 'a map of the plan has a key without a value'],
    ['a large buffer', [TAG.buffer, 255, 255, 255, 7, 0], 'the buffers of the plan have more than 100000 bytes'],
    ['a buffer with more than its length', [TAG.buffer, 1, 2, 0, 0], 'the used part of a buffer is 2, above 1'],
    ['a typed array of null', [TAG.typedArray, 0, TAG.null, 0, 0], 'a typed array of the plan has no buffer'],
    ['an array beyond its buffer', [TAG.typedArray, 0, TAG.buffer, 4, 0, 3, 2], 'exceeds its buffer'],
    ['an array at an odd place', [TAG.typedArray, 3, TAG.buffer, 4, 0, 1, 1], 'exceeds its buffer'],
    ['an unknown typed array', [TAG.typedArray, 11, TAG.buffer, 4, 0, 0, 1], 'the type of an array is 11, above 10'],
    ['a pattern that is not valid', [TAG.pattern, TAG.text, 1, 40, TAG.text, 0], 'a regular expression of the plan'],
    ['bytes at the end', [TAG.null, 0], '1 unexpected bytes at the end'],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => decodeValue(Uint8Array.from(bytes), LIMITS)).toThrow(WireError);
    expect(() => decodeValue(Uint8Array.from(bytes), LIMITS)).toThrow(message);
  });

  it('levels beyond the limit are refused, whatever their number', () => {
    const bytes = new Uint8Array(200_001).fill(1);
    for (let at = 0; at < 200_000; at += 2) bytes[at] = TAG.array;
    expect(() => decodeValue(bytes, LIMITS)).toThrow('the plan has more than 300 levels');
  });

  it('values beyond the limits are refused, also by repetition', () => {
    expect(() => decodeValue(encodeValue(Array(100_001).fill(1)), LIMITS)).toThrow('more than 100000 values');
    let doubled: unknown = [];
    for (let level = 0; level < 40; level++) doubled = [doubled, doubled];
    expect(() => decodeValue(encodeValue(doubled), LIMITS)).toThrow('more than 1000000 values, with repeated ones');
  });

  it('do not change a prototype', () => {
    const received = roundTrip(JSON.parse('{ "__proto__": { "polluted": true } }')) as object;
    expect(Object.getPrototypeOf(received)).toBe(Object.prototype);
    expect('polluted' in received).toBe(false);
  });
});
