import { writeHex } from './hex.ts';
import { mix32, streamKey } from './random.ts';

/**
 * Makes the ids of a collection's documents: 24 hexadecimal digits for each document number from 0 to 2^53 - 1.
 * No two numbers share an id. The job that asks does not matter, so a read can aim at what an earlier write made.
 */
export function documentIds(seed: number, collection: string): (documentNumber: number) => string {
  const lowKey = streamKey(seed, collection, 'id', 0);
  const highKey = streamKey(seed, collection, 'id', 1);
  const tailKey = streamKey(seed, collection, 'id', 2);
  const scratch = Buffer.alloc(24);
  return (documentNumber) => {
    // The first word is a bijection of the number's low 32 bits; given the first word, the second is a bijection of
    // its high bits. Both together therefore tell every number apart; the third only adds distance between seeds.
    const first = mix32(documentNumber ^ lowKey);
    const second = mix32(Math.floor(documentNumber / 2 ** 32) ^ mix32(first ^ highKey));
    const third = mix32((first + second) ^ tailKey);
    writeHex(scratch, 0, first, 8);
    writeHex(scratch, 8, second, 8);
    writeHex(scratch, 16, third, 8);
    return scratch.toString('latin1');
  };
}
