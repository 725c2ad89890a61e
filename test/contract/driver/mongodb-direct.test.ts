import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Decimal128, type Document, Double, Int32, Long } from 'mongodb';
import { afterEach, expect, test } from 'vitest';
import type { Operation } from '../../../src/drivers/driver.ts';
import { mongodbDriver } from '../../../src/drivers/mongodb/mongodb-driver.ts';
import { Probe } from '../../../src/driver-kit/probe.ts';
import type { RequestType } from '../../../src/shared/job-type.ts';
import { failure } from '../../../src/shared/outcome.ts';
import { operation } from '../../unit/drivers/operations.ts';
import { certificate } from '../../certificates/certificates.ts';
import { httpOptions } from './http-options.ts';
import { helloReply, MongodbWire, type ReceivedCommand } from './mongodb-wire.ts';

/** Option with which the requests of a job go through the client library: it closes idle connections. */
const THROUGH_LIBRARY = 'maxIdleTimeMS=600000';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A server that answers requests with `answer`, and everything else as a single server does. */
async function serve(answer: (received: ReceivedCommand) => void, role?: () => Document): Promise<MongodbWire> {
  const wire = await MongodbWire.start((received) => {
    if (received.isHello) received.reply(helloReply(role?.()));
    else if (received.name === 'ping' || received.name === 'endSessions') received.reply({ ok: 1 });
    else answer(received);
  });
  closers.push(() => wire.stop());
  return wire;
}

async function connect(address: string, operations: readonly Operation[], query = ''): Promise<Probe> {
  const secretUrl = `mongodb://${address}/test?${query}`;
  const driver = mongodbDriver({
    ...httpOptions(''),
    operations,
    target: { driver: 'mongodb', url: secretUrl, secretUrl },
    timeoutMs: 5000,
  });
  const session = await driver.connect(new AbortController().signal);
  closers.push(
    () => session.close(),
    () => driver.close(),
  );
  return new Probe(session);
}

const TYPES: readonly RequestType[] = ['write', 'bulk_write', 'read', 'update', 'scan', 'delete', 'drop_collection'];
const OPERATIONS: readonly Operation[] = [
  ...TYPES.map((type) => operation({ type })),
  operation({
    type: 'create_index',
    indexes: [{ keys: { a: 1, b: -1 }, options: { unique: true } }],
  }),
  operation({ statement: { aggregate: 'docs', pipeline: [{ $match: { n: '#n' } }], cursor: {} } }),
];

/** The commands that a job's requests send, and whether they went through the library. */
async function commandsOf(query: string, role?: () => Document): Promise<{ commands: Document[]; ids: number }> {
  const commands: Document[] = [];
  let ids = 0;
  const wire = await serve(({ command: { lsid, ...others }, reply }) => {
    if (lsid !== undefined) ids++;
    commands.push(others);
    reply({ n: 1, cursor: { firstBatch: [{}] }, ok: 1 });
  }, role);
  const probe = await connect(`127.0.0.1:${wire.port}`, OPERATIONS, query);
  for (let index = 0; index < OPERATIONS.length; index++) {
    probe.operation = index;
    expect(await probe.request(2 * index)).toBe('ok');
  }
  return { commands, ids };
}

const MEMBER = (): Document => ({ setName: 'rs', hosts: ['127.0.0.1:1'], me: '127.0.0.1:1' });

test.each([
  ['a single server', '', undefined],
  ['concerns', 'w=majority&journal=true&wtimeoutMS=70&readConcernLevel=local', undefined],
  ['a direct connection to a member of a replica set', 'directConnection=true', MEMBER],
])('sends the same commands as the client library, without a session: %s', async (_, query, role) => {
  const direct = await commandsOf(query, role);
  const library = await commandsOf(`${query}&${THROUGH_LIBRARY}`, role);
  expect(direct.ids).toBe(0);
  expect(library.ids).toBe(OPERATIONS.length);
  expect(direct.commands).toEqual(library.commands);
  expect(direct.commands.map((command) => Object.keys(command))).toEqual(
    library.commands.map((command) => Object.keys(command)),
  );
  expect(direct.commands.every(({ $db }) => $db === 'test')).toBe(true);
});

test.each([
  'readPreference=secondaryPreferred',
  'w=0',
  'compressors=zlib',
  'socketTimeoutMS=2000',
  'maxAdaptiveRetries=1',
  THROUGH_LIBRARY,
])('leaves requests to the client library: %s', async (query) => {
  expect((await commandsOf(query)).ids).toBeGreaterThan(0);
});

test('leaves requests of a job with an unacknowledged command to the client library', async () => {
  let ids = 0;
  const wire = await serve(({ command, reply }) => {
    if (command['lsid'] !== undefined) ids++;
    reply({ ok: 1 });
  });
  const statement = { insert: 'docs', documents: [{}], writeConcern: { w: 0 } };
  const probe = await connect(`127.0.0.1:${wire.port}`, [operation({ statement }), operation()]);
  probe.operation = 1;
  expect(await probe.request(0)).toBe('ok');
  expect(ids).toBe(1);
});

const DUPLICATE = { index: 0, code: 11000, errmsg: 'E11000 duplicate key' };
const REPLIES: readonly Document[] = [
  { n: 1, ok: 1 },
  { n: 0, ok: new Double(1) },
  { n: new Int32(0), ok: Long.ONE },
  { n: Long.ZERO, ok: true },
  { n: new Double(0), nModified: 0, ok: 1 },
  { n: 'zero', ok: 1 },
  { ok: 1 },
  { n: 1 },
  { n: 1, ok: 0 },
  { n: 1, ok: 0, code: 13, errmsg: 'not authorized', codeName: 'Unauthorized' },
  { n: 1, ok: 'yes' },
  { n: 1, ok: Decimal128.fromString('1') },
  { ok: 0, code: 112, errmsg: 'conflict', errorLabels: ['TransientTransactionError'] },
  { ok: 0, code: 50, errmsg: 'too slow' },
  { ok: 0, errmsg: 'without a code' },
  { ok: 0, code: 26, errmsg: 'ns not found' },
  { n: 0, writeErrors: [DUPLICATE], ok: 1 },
  { n: 0, writeErrors: [{ index: 0, errmsg: 'without a code' }], ok: 1 },
  { n: 1, writeErrors: [], ok: 1 },
  { n: 1, writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' }, ok: 1 },
  {
    n: 1,
    writeConcernError: { code: 11600, errmsg: 'interrupted' },
    writeErrors: [DUPLICATE],
    ok: 1,
  },
  { cursor: { firstBatch: [], id: Long.ZERO, ns: 'test.docs' }, ok: 1 },
  { cursor: { firstBatch: [{ _id: 1 }], id: Long.ZERO, ns: 'test.docs' }, ok: 1 },
  { cursor: { id: Long.ZERO, nextBatch: [] }, ok: 1 },
  { cursor: [], ok: 1 },
  { ok: 1, operationTime: new Date(0), pattern: /n/i, cursor: { firstBatch: {} }, n: 0 },
];

/** Outcomes of each type of request for a reply, with their details and messages. */
async function outcomesOf(query: string): Promise<unknown[]> {
  let next: Document = {};
  const wire = await serve(({ reply }) => reply(next));
  const needs = { headers: false, body: true, maxBytes: 1000 };
  const operations = [...OPERATIONS, operation({ needs })];
  const probe = await connect(`127.0.0.1:${wire.port}`, operations, query);
  const outcomes: unknown[] = [];
  for (const reply of REPLIES) {
    next = reply;
    for (let index = 0; index < operations.length; index++) {
      probe.operation = index;
      probe.response = undefined;
      const outcome = await probe.request(2);
      const message = probe.failure instanceof Error ? [probe.failure.name, probe.failure.message] : probe.failure;
      const content = probe.response as { value(): unknown; rowCount: unknown } | undefined;
      outcomes.push([reply, index, outcome, probe.detail, message, content?.rowCount, content?.value()]);
    }
  }
  return outcomes;
}

test('replies have the same outcomes, details and contents as with the client library', async () => {
  const direct = await outcomesOf('');
  expect(direct).toEqual(await outcomesOf(THROUGH_LIBRARY));
  expect(new Set(direct.map((each) => (each as unknown[])[2]))).toEqual(
    new Set(['ok', 'miss', 'driver', 'timeout', 'reset']),
  );
});

test('the next request after one that the primary refuses uses the new primary', async () => {
  const sent: string[] = [];
  let primary: 'a' | 'b' = 'a';
  const members: Partial<Record<'a' | 'b', MongodbWire>> = {};
  const address = (name: 'a' | 'b'): string => `127.0.0.1:${members[name]?.port ?? 1}`;
  for (const name of ['a', 'b'] as const) {
    members[name] = await serve(
      ({ reply }) => {
        sent.push(name);
        reply(primary === name ? { n: 1, ok: 1 } : { ok: 0, code: 10107, errmsg: 'not primary' });
      },
      () => ({
        setName: 'rs',
        hosts: [address('a'), address('b')],
        me: address(name),
        isWritablePrimary: primary === name,
        secondary: primary !== name,
        primary: address(primary),
      }),
    );
  }
  const probe = await connect(`${address('a')},${address('b')}`, OPERATIONS, 'replicaSet=rs');
  expect([await probe.request(0), await probe.request(1)]).toEqual(['ok', 'ok']);
  primary = 'b';
  expect([await probe.request(2), probe.detail]).toEqual(['driver', 'read_only']);
  expect([await probe.request(3), await probe.request(4)]).toEqual(['ok', 'ok']);
  expect(sent).toEqual(['a', 'a', 'a', 'b', 'b']);
});

/** Offset of the kind of the first section of a message, after header and flags. */
const SECTION = 20;

/** Sets flags of a message. */
function flagged(message: Buffer, flags: number): Buffer {
  message.writeUInt32LE(flags, 16);
  return message;
}

/** Adds bytes to the end of a message. */
function extended(message: Buffer, bytes: Buffer): Buffer {
  const longer = Buffer.concat([message, bytes]);
  longer.writeInt32LE(longer.length, 0);
  return longer;
}

/** Changes of the message of a reply. */
const CHANGES: Readonly<Record<string, (message: Buffer) => Buffer>> = {
  'a reply to another request'(message) {
    message.writeInt32LE(message.readInt32LE(8) + 1, 8);
    return message;
  },
  'a reply that another one follows'(message) {
    message.writeUInt32LE(2, 16);
    return message;
  },
  'an unknown type'(message) {
    message[25] = 0x55;
    return message;
  },
  'a length beyond the end'(message) {
    message[25] = 0x02;
    message.writeInt32LE(0x7fff_ffff, 29);
    return message;
  },
  'a required flag that is not known': (message) => flagged(message, 4),
  'a checksum flag without a checksum': (message) => flagged(message, 1),
  'a checksum without its flag': (message) => extended(message, Buffer.alloc(4)),
  'a document sequence instead of a document'(message) {
    message[SECTION] = 1;
    return message;
  },
  'a section of an unknown kind'(message) {
    message[SECTION] = 2;
    return message;
  },
  'a second document': (message) => extended(message, message.subarray(SECTION)),
  'a document sequence after the document'(message) {
    const name = Buffer.from('documents\0');
    const document = message.subarray(SECTION + 1);
    const head = Buffer.alloc(5, 1);
    head.writeInt32LE(4 + name.length + document.length, 1);
    return extended(message, Buffer.concat([head, name, document]));
  },
  'no section': (message) => extended(message.subarray(0, SECTION), Buffer.alloc(0)),
  'a compressed reply, which was not negotiated'(message) {
    message.writeInt32LE(2012, 12);
    return message;
  },
  'an OP_REPLY'(message) {
    message.writeInt32LE(1, 12);
    return message;
  },
  'an element without an end': (message) => message.fill(0x41, 26, message.length - 1),
};

test.each(Object.entries(CHANGES))('%s ends its request as a protocol error', async (_, change) => {
  let isBroken = false;
  let requests = 0;
  const wire = await serve(({ reply }) => {
    requests++;
    reply({ ok: new Int32(1) }, isBroken ? change : undefined);
  });
  const probe = await connect(`127.0.0.1:${wire.port}`, [operation({ type: 'write' })]);
  expect(await probe.request(0)).toBe('ok');
  isBroken = true;
  expect(await probe.request(1)).toBe('protocol');
  isBroken = false;
  expect(await probe.request(2)).toBe('ok');
  expect(requests).toBe(3);
  expect(probe.outcomes).toEqual(['ok', 'protocol', 'ok']);
});

test.each<[string, (message: Buffer) => Buffer]>([
  ['a checksum', (message) => extended(flagged(message, 1), Buffer.from('abcd'))],
  ['flags that may be ignored', (message) => flagged(message, 0xffff_0000)],
])('accepts a reply with %s', async (_, change) => {
  const wire = await serve(({ reply }) => reply({ n: 0, ok: 1 }, change));
  const probe = await connect(`127.0.0.1:${wire.port}`, [operation({ type: 'update' })]);
  for (let n = 0; n < 3; n++) expect(await probe.request(n)).toBe('miss');
});

test('a second reply to a request is not the reply to the next one', async () => {
  let isTwice = true;
  const wire = await serve(({ reply }) => {
    reply({ n: 0, ok: 1 }, (message) => (isTwice ? Buffer.concat([message, message]) : message));
    isTwice = false;
  });
  const probe = await connect(`127.0.0.1:${wire.port}`, [operation({ type: 'update' })]);
  expect(await probe.request(0)).toBe('miss');
  // The connection is closed at the second reply, with a request in flight or without.
  expect(['miss', 'protocol']).toContain(await probe.request(1));
  expect(await probe.request(2)).toBe('miss');
  expect(probe.outcomes).toHaveLength(3);
});

test('a canceled request loses its connection, and its reply', async () => {
  let held: ReceivedCommand | undefined;
  let isSilent = true;
  const wire = await serve((received) => {
    if (isSilent) held = received;
    else received.reply({ n: 1, ok: 1 });
  });
  const secretUrl = `mongodb://127.0.0.1:${wire.port}/test`;
  const driver = mongodbDriver({
    ...httpOptions(''),
    operations: [operation({ type: 'update' })],
    target: { driver: 'mongodb', url: secretUrl, secretUrl },
  });
  const session = await driver.connect(new AbortController().signal);
  closers.push(() => driver.close());
  const probe = new Probe(session);
  const first = probe.request(0);
  await expect.poll(() => held?.name, { interval: 5 }).toBe('update');
  session.cancel(failure('timeout'));
  expect(await first).toBe('timeout');
  isSilent = false;
  held?.reply({ n: 0, ok: 1 });
  expect(await probe.request(1)).toBe('ok');
  session.cancel(failure('timeout'));
  expect(probe.outcomes).toEqual(['timeout', 'ok']);
});

test('a request that cannot be encoded is a workload error, and is not sent', async () => {
  let requests = 0;
  const wire = await serve(({ reply }) => {
    requests++;
    reply({ ok: 1 });
  });
  const statement = { find: 'docs', filter: { 'a\0b': 1 } };
  const probe = await connect(`127.0.0.1:${wire.port}`, [operation({ statement }), operation()]);
  for (let n = 0; n < 3; n++) expect(await probe.request(n)).toBe('workload');
  expect(requests).toBe(0);
  probe.operation = 1;
  expect(await probe.request(3)).toBe('ok');
  expect(requests).toBe(1);
});

test('authenticates each connection with the certificate of the client over TLS (X.509), before its requests', async () => {
  const seen: string[] = [];
  const wire = await MongodbWire.start(
    ({ isHello, name, command, client, reply }) => {
      if (isHello) return reply(helloReply());
      if (name === 'authenticate') {
        seen.push(`${name} ${String(command['mechanism'])} ${String(command['$db'])} ${client}`);
        return reply({ dbname: '$external', user: 'CN=test client', ok: 1 });
      }
      if (name === 'update') seen.push(`${name} ${client}`);
      return reply({ n: 1, ok: 1 });
    },
    {
      cert: certificate('server'),
      key: certificate('server-key'),
      ca: certificate('ca'),
      requestCert: true,
      rejectUnauthorized: true,
    },
  );
  closers.push(() => wire.stop());
  const folder = await mkdtemp(join(tmpdir(), 'loadbot-x509-'));
  closers.push(() => rm(folder, { recursive: true }));
  const pem = join(folder, 'client.pem');
  await writeFile(pem, certificate('client') + certificate('client-key'));
  const ca = fileURLToPath(new URL('../../certificates/ca.pem', import.meta.url));
  const query = `authMechanism=MONGODB-X509&tls=true&tlsCAFile=${encodeURIComponent(ca)}&tlsCertificateKeyFile=${encodeURIComponent(pem)}`;
  const probe = await connect(`localhost:${wire.port}`, [operation({ type: 'update' })], query);
  for (let n = 0; n < 3; n++) expect(await probe.request(n)).toBe('ok');
  expect(seen.filter((each) => each.startsWith('authenticate'))).toContain(
    'authenticate MONGODB-X509 $external test client',
  );
  expect(seen.findIndex((each) => each.startsWith('update'))).toBeGreaterThan(0);
  expect(seen.filter((each) => each === 'update test client')).toHaveLength(3);
});
