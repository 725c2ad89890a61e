import { once } from 'node:events';
import { type LookupAddress, type LookupOptions } from 'node:dns';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import {
  AddressBook,
  NAME_TTL_MS,
  RETRY_DOWN_MS,
  type RouteOptions,
} from '../../../../src/shared/network/address-book.ts';

const A = { address: '127.0.0.1', family: 4 };
const B = { address: '127.0.0.2', family: 4 };
const C = { address: '::1', family: 6 };

interface Fixture {
  readonly book: AddressBook;
  now: number;
  answer: readonly LookupAddress[] | Error;
  lookups: number;
}

function fixture(answer: readonly LookupAddress[] | Error, first = 0): Fixture {
  const state: Fixture = {
    book: new AddressBook({
      resolve: async () => {
        state.lookups++;
        if (state.answer instanceof Error) throw state.answer;
        return state.answer;
      },
      nowMs: () => state.now,
      first,
    }),
    now: 0,
    answer,
    lookups: 0,
  };
  return state;
}

/** The addresses that Node would try, in this order. */
async function tried({ lookup }: RouteOptions, options: LookupOptions = { all: true }): Promise<string[]> {
  return new Promise((resolve, reject) => {
    lookup?.('name.example', options, (error, addresses) => {
      if (error !== null) reject(error);
      else resolve([addresses].flat().map((one) => (typeof one === 'string' ? one : one.address)));
    });
  });
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** A server for the rest of the test; gives its port. */
async function serve(host: string, port = 0): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => undefined).end());
  server.listen(port, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test('connection i begins at address i mod n', async () => {
  const { book } = fixture([A, B, C]);
  const route = book.route('name.example', 80);
  const begun: (string | undefined)[] = [];
  for (let n = 0; n < 7; n++) begun.push((await tried(route))[0]);
  expect(begun).toEqual([A, B, C, A, B, C, A].map(({ address }) => address));
  expect(await tried(route)).toEqual([B, C, A].map(({ address }) => address));
});

test('threads begin at different addresses', async () => {
  expect(await tried(fixture([A, B], 1).book.route('name.example', 80))).toEqual([B.address, A.address]);
  expect(await tried(fixture([A, B], 2).book.route('name.example', 80))).toEqual([A.address, B.address]);
});

test('returns one address if one is requested, of the requested family, without duplicates', async () => {
  const { book } = fixture([A, A, C]);
  const route = book.route('name.example', 80);
  expect(await tried(route, {})).toEqual([A.address]);
  expect(await tried(route, { all: true, family: 6 })).toEqual([C.address]);
  expect(await tried(route, { all: true, family: 'IPv4' })).toEqual([A.address]);
});

test('does not look up an IP address', () => {
  const { book } = fixture([A]);
  for (const host of ['127.0.0.1', '::1']) expect(book.route(host, 80)).toEqual({ autoSelectFamily: false });
});

test.each([
  [Infinity, 1000],
  [3000, 1000],
  [1000, 500],
  [1, 10],
])('with %i ms for a connection, an address has %i ms', (timeoutMs, attemptMs) => {
  expect(fixture([A]).book.route('name.example', 80, timeoutMs)).toMatchObject({
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: attemptMs,
  });
});

test('looks up a name once per lifetime, then in the background', async () => {
  const state = fixture([A]);
  const route = state.book.route('name.example', 80);
  for (let n = 0; n < 5; n++) await tried(route);
  expect(state.lookups).toBe(1);
  state.now = NAME_TTL_MS;
  state.answer = [B];
  expect(await tried(route)).toEqual([A.address]);
  expect(await tried(route)).toEqual([B.address]);
  expect(state.lookups).toBe(2);
});

test('concurrent connections share one lookup', async () => {
  const state = fixture([A, B]);
  const route = state.book.route('name.example', 80);
  const begun = await Promise.all(Array.from({ length: 4 }, async () => (await tried(route))[0]));
  expect(begun.filter((address) => address === A.address)).toHaveLength(2);
  expect(begun.filter((address) => address === B.address)).toHaveLength(2);
  expect(state.lookups).toBe(1);
});

test('keeps the order of known addresses when a name server changes it', async () => {
  const state = fixture([A, B]);
  const route = state.book.route('name.example', 80);
  await tried(route);
  state.now = NAME_TTL_MS;
  state.answer = [B, A];
  await tried(route);
  await turn();
  expect(await tried(route)).toEqual([A.address, B.address]);
});

test('an unknown name fails the next connection, and is looked up again', async () => {
  const gone = Object.assign(new Error('getaddrinfo ENOTFOUND name.example'), { code: 'ENOTFOUND' });
  const state = fixture([A]);
  const route = state.book.route('name.example', 80);
  await tried(route);
  state.now = NAME_TTL_MS;
  state.answer = gone;
  expect(await tried(route)).toEqual([A.address]);
  await turn();
  await expect(tried(route)).rejects.toBe(gone);
  state.answer = [];
  await expect(tried(route)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  state.answer = [B];
  expect(await tried(route)).toEqual([B.address]);
});

test('skips an address that refuses until it accepts again', async () => {
  const port = await serve(A.address);
  const state = fixture([B, A]);
  const open = async (): Promise<string | undefined> => {
    const route = state.book.route('name.example', port);
    const socket = state.book.trackSocket(connect({ host: 'name.example', port, ...route }));
    await once(socket, 'connect');
    const { remoteAddress } = socket;
    socket.destroy();
    return remoteAddress;
  };
  for (let n = 0; n < 4; n++) expect(await open()).toBe(A.address);
  // It is known to be down: nothing begins there.
  expect((await tried(state.book.route('name.example', port)))[0]).toBe(A.address);
  expect((await tried(state.book.route('name.example', port)))[0]).toBe(A.address);
  // Another port has no known state.
  expect((await tried(state.book.route('name.example', 1)))[0]).toBe(B.address);
  await serve(B.address, port);
  state.now = RETRY_DOWN_MS;
  expect(await open()).toBe(A.address);
  await expect.poll(open).toBe(B.address);
});
