import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fnvHash } from '../../../../src/data/keys/fnv-hash.ts';

const MASK = 2n ** 64n - 1n;

/** The definition, in whole 64-bit numbers. */
function defined(value: number): bigint {
  let hash = 0xcbf29ce484222325n;
  for (let rest = BigInt(value), octet = 0; octet < 8; octet++, rest >>= 8n) {
    hash = ((hash ^ (rest & 255n)) * 1_099_511_628_211n) & MASK;
  }
  const signed = BigInt.asIntN(64, hash);
  return signed < 0n ? -signed : signed;
}

describe('fnvHash', () => {
  it('is the 64-bit hash without its sign, modulo a count', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 2 ** 37 }), (value, count) => {
        expect(fnvHash(value, count)).toBe(Number(defined(value) % BigInt(count)));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([1, 2, 10, 1000, 2 ** 32, 2 ** 37])('is correct for small values modulo %i', (count) => {
    for (let value = 0; value < 500; value++)
      expect(fnvHash(value, count)).toBe(Number(defined(value) % BigInt(count)));
  });
});
