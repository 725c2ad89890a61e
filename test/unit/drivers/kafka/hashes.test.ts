import { expect, test } from 'vitest';
import { crc32c, keyHash } from '../../../../src/drivers/kafka/hashes.ts';

// Values of Kafka's own tests, as UtilsTest.testMurmur2 has them.
test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('the key %s has the hash of the Java client', (key, hash) => {
  expect(keyHash(Buffer.from(key))).toBe(hash & 0x7fffffff);
});

test('CRC-32C has its check value', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
});
