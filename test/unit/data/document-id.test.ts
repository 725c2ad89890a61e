import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDocumentIds } from '../../../src/data/document-id.ts';

describe('documentIds', () => {
  it('gives 24 hexadecimal digits', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), fc.maxSafeNat(), (seed, collection, number) => {
        expect(createDocumentIds(seed, collection)(number)).toMatch(/^[0-9a-f]{24}$/);
      }),
    );
  });

  it('gives each number a unique id', () => {
    const number = fc.oneof(
      fc.maxSafeNat(),
      fc.nat(10),
      fc.nat(10).map((n) => n * 2 ** 32),
    );
    fc.assert(
      fc.property(fc.integer(), fc.uniqueArray(number, { minLength: 2, maxLength: 50 }), (seed, numbers) => {
        const id = createDocumentIds(seed, 'users');
        // The first 16 digits alone must do, because only they are the bijection.
        expect(new Set(numbers.map((n) => id(n).slice(0, 16))).size).toBe(numbers.length);
      }),
    );
  });

  it('gives 200,000 consecutive documents distinct first words, as a bijection of 32 bits', () => {
    const id = createDocumentIds(1, 'users');
    const words = new Set(Array.from({ length: 200_000 }, (_, n) => id(n).slice(0, 8)));
    expect(words.size).toBe(200_000);
  });

  it('depends on seed and collection, and on nothing else', () => {
    expect(createDocumentIds(1, 'users')(5)).toBe(createDocumentIds(1, 'users')(5));
    const ids = [createDocumentIds(1, 'users'), createDocumentIds(2, 'users'), createDocumentIds(1, 'orders')].map(
      (id) => id(5),
    );
    expect(new Set(ids).size).toBe(3);
  });
});
