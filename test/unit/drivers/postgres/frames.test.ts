import { expect, test } from 'vitest';
import { FrameReader } from '../../../../src/drivers/frame-guard.ts';
import { postgresFrames } from '../../../../src/drivers/postgres/frames.ts';

const accept = (bytes: Buffer): Buffer | undefined => new FrameReader(postgresFrames).accept(bytes);

function message(type: string, body: Buffer | string = ''): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(Buffer.byteLength(body) + 4, 1);
  return Buffer.concat([head, Buffer.from(body)]);
}

const ROW = Buffer.from([0, 2, 0, 0, 0, 1, 0x37, 0xff, 0xff, 0xff, 0xff]);
const COLUMN = Buffer.concat([Buffer.from([0, 1]), Buffer.from('id\0'), Buffer.alloc(18)]);

test.each([
  ['a completion', message('2')],
  ['a row with a value and a NULL', message('D', ROW)],
  ['the description of a row', message('T', COLUMN)],
  ['a command that is complete', message('C', 'SELECT 1\0')],
  ['an error', message('E', 'SERROR\0C42601\0Mno\0\0')],
  ['readiness', message('Z', 'I')],
  ['a parameter', message('S', 'server_version\x0015\0')],
  ['the way in', message('R', Buffer.alloc(4))],
  ['mechanisms', message('R', Buffer.from([0, 0, 0, 10, 0x41, 0, 0]))],
])('%s is passed on', (_, bytes) => {
  expect(accept(bytes)).toEqual(bytes);
});

test.each([
  ['a row of 7 bytes with 32,767 columns', Buffer.from('44000000067fff', 'hex'), /type 0x44 is malformed/],
  ['a row with a negative number of columns', message('D', Buffer.from([0xff, 0xff])), /is malformed/],
  ['a value that is longer than its row', message('D', Buffer.from([0, 1, 0, 0, 0, 9, 1])), /is malformed/],
  ['bytes behind the last value', message('D', Buffer.concat([ROW, Buffer.from([0])])), /is malformed/],
  ['a type that no server sends', message('x'), /type 0x78 is not known/],
  ['a length below that of the length itself', Buffer.from('4300000003', 'hex'), /is 3 bytes long/],
  ['a length of 2 GB', Buffer.from('447fffffff', 'hex'), /is 2147483647 bytes long/],
  ['a completion that is too long to be true', Buffer.from('4300007531', 'hex'), /is 30001 bytes long/],
  ['an error that does not end, over which pg hangs', message('E', 'SERROR\0'), /is malformed/],
  ['a state that a transaction never has', message('Z', 'X'), /is malformed/],
])('%s is refused', (_, bytes, fault) => {
  expect(() => accept(bytes)).toThrow(fault);
});
