import { mix32, streamKey, writeHex } from '../shared/random.ts';

/**
 * Returns the id function of a collection: 24 hexadecimal digits for each document number from 0 to 2^53 - 1. Ids are
 * unique within the collection and independent of the job, so a read can request a document that an earlier job wrote.
 */
export function createDocumentIds(seed: number, collection: string): (documentNumber: number) => string {
  const lowKey = streamKey(seed, collection, 'id', 0);
  const highKey = streamKey(seed, collection, 'id', 1);
  const tailKey = streamKey(seed, collection, 'id', 2);
  const scratch = Buffer.alloc(24);
  return (documentNumber) => {
    // The first word is a bijection of the number's low 32 bits; given the first word, the second is a bijection of its
    // high bits. Both together are therefore unique; the third only separates seeds.
    const first = mix32(documentNumber ^ lowKey);
    const second = mix32(Math.floor(documentNumber / 2 ** 32) ^ mix32(first ^ highKey));
    const third = mix32((first + second) ^ tailKey);
    writeHex(scratch, 0, first, 8);
    writeHex(scratch, 8, second, 8);
    writeHex(scratch, 16, third, 8);
    return scratch.toString('latin1');
  };
}
