import { describe, expect, onTestFinished, test } from 'vitest';
import { failure } from '../../../src/shared/outcome.ts';
import { connectDriver } from '../../websocket/connect-driver.ts';
import { EchoServer } from '../../websocket/echo-server.ts';
import { RawServer, serverFrame } from '../../websocket/raw-server.ts';

const TIMEOUT = failure('timeout');

async function start(options: Parameters<typeof EchoServer.start>[0] = {}): Promise<EchoServer> {
  const server = await EchoServer.start(options);
  onTestFinished(() => server.stop());
  return server;
}

const otherMessages = ({ recorded }: { readonly recorded: readonly (readonly [number, number])[] }): number =>
  recorded.reduce((sum, [, count]) => sum + count, 0);

describe('the message that answers a request', () => {
  test.each([
    ['the member that was sent', { send: { id: '#n' }, match: ['/id'] }, { type: 'answer', id: '3', data: '' }],
    [
      'members equal to values',
      { send: { id: '#n' }, match: { '/id': '#n', '/type': 'answer' } },
      { type: 'answer', id: '3', data: '' },
    ],
    ['a number equal to its text', { send: '{"id":#n}', match: { '/id': '#n' } }, { type: 'answer', id: 3, data: '' }],
    [
      'a text that it contains',
      { send: { id: 'a-#n' }, match: { contains: 'a-#n' } },
      { type: 'answer', id: 'a-3', data: '' },
    ],
    [
      'a regular expression',
      { send: { id: '#n' }, match: { matches: '"answer"' } },
      { type: 'answer', id: '3', data: '' },
    ],
    ['the next message', { send: { id: '#n' } }, { type: 'tick', n: 0 }],
  ])('%s', async (_, command, expected) => {
    const server = await start({ broadcasts: 2 });
    const { probe } = await connectDriver(server, { commands: [command] });
    expect(await probe.request(3)).toBe('ok');
    expect(JSON.parse(probe.response?.text() ?? '')).toEqual(expected);
  });

  test('other messages are skipped and counted, also those between two requests', async () => {
    const server = await start({ broadcasts: 3 });
    const { probe } = await connectDriver(server, { commands: [{ send: { id: '#n' }, match: ['/id'] }] });
    for (let n = 0; n < 10; n++) expect(await probe.request(n)).toBe('ok');
    expect([otherMessages(probe), server.received]).toEqual([30, 10]);
    server.broadcast('{}');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await probe.request(10);
    expect(otherMessages(probe)).toBe(34);
  });

  test('a message that arrives with the answer is not the answer of the next request', async () => {
    const server = await RawServer.start(
      ({ socket, accepted }) => socket.write(accepted),
      (socket) => socket.write(Buffer.concat([serverFrame(0x81, 'answer'), serverFrame(0x81, 'late')])),
    );
    onTestFinished(() => server.stop());
    const { probe } = await connectDriver(server);
    const texts: unknown[] = [];
    const record = probe.done.bind(probe);
    const ended = new Promise<void>((resolve) => {
      probe.done = (outcome) => {
        texts.push(probe.response?.text());
        record(outcome);
        if (texts.length < 5) probe.execute();
        else resolve();
      };
    });
    probe.execute();
    await ended;
    expect(texts).toEqual(Array.from({ length: 5 }, () => 'answer'));
  });

  test.each([[undefined], [['/type']]])(
    'a late answer of a canceled request is not taken, match: %s',
    async (match) => {
      const server = await start();
      const late = { id: 'late', type: 'answer', delay_ms: 100 };
      const next = { id: 'next', type: 'answer', delay_ms: 200 };
      const commands = [late, next].map((send) => (match === undefined ? { send } : { send, match }));
      const { probe, session } = await connectDriver(server, { commands });
      const first = probe.request(0);
      await expect.poll(() => server.received).toBe(1);
      session.cancel(TIMEOUT);
      expect(await first).toBe('timeout');
      probe.operation = 1;
      expect(await probe.request(1)).toBe('ok');
      expect(JSON.parse(probe.response?.text() ?? '')).toEqual(expect.objectContaining({ id: 'next' }));
      expect(server.connections).toBe(2);
    },
  );
});

describe('requests without an answer', () => {
  test('a message with `expect: false` ends when it is sent; its answer is not that of the next request with a match', async () => {
    const server = await start({ delayMs: 30 });
    const commands = [
      { send: { id: 'a-#n' }, expect: false },
      { send: { id: 'b-#n' }, match: ['/id'] },
    ];
    const { probe } = await connectDriver(server, { commands });
    for (let n = 0; n < 20; n++) expect(await probe.request(n)).toBe('ok');
    probe.operation = 1;
    expect(await probe.request(20)).toBe('ok');
    expect(JSON.parse(probe.response?.text() ?? '').id).toBe('b-20');
    expect([server.received, server.connections]).toEqual([21, 1]);
  });

  test('a ping ends with its pong, not with a message', async () => {
    const server = await start();
    const { probe } = await connectDriver(server, { commands: [{ ping: true }] });
    for (let n = 0; n < 10; n++) {
      server.broadcast('{}');
      expect(await probe.request(n)).toBe('ok');
    }
    expect([server.pings, server.received, otherMessages(probe)]).toEqual([10, 0, 10]);
  });

  test('a close ends with the close frame of the server; the next request opens a connection', async () => {
    const server = await start();
    const commands = [{ close: { code: 3001, reason: 'done' } }, { send: { id: '#n' } }];
    const { probe } = await connectDriver(server, { commands });
    expect(await probe.request(0)).toBe('ok');
    probe.operation = 1;
    expect(await probe.request(1)).toBe('ok');
    expect([server.closeCodes, server.connections]).toEqual([[3001], 2]);
  });
});

describe('wait', () => {
  const commands = [
    { send: { ticks: 3, silent: true }, expect: false },
    { wait: true },
    { wait: true, match: { '/n': '2' } },
    { ping: true },
  ];
  /** Its pong follows all earlier messages of the server. */
  const PING = 3;

  test('takes messages that arrived before it, in their order', async () => {
    const server = await start();
    const { probe } = await connectDriver(server, { commands });
    await probe.request(0);
    probe.operation = PING;
    await probe.request(0);
    probe.operation = 2;
    expect(await probe.request(1)).toBe('ok');
    expect(probe.response?.text()).toContain('"n":2');
    probe.operation = 1;
    expect([await probe.request(2), probe.response?.text()]).toEqual(['ok', '{"type":"tick","n":0}']);
    expect([await probe.request(3), probe.response?.text()]).toEqual(['ok', '{"type":"tick","n":1}']);
    expect(otherMessages(probe)).toBe(0);
  });

  test('waits for a message that arrives after it', async () => {
    const server = await start();
    const { probe } = await connectDriver(server, { commands });
    probe.operation = 1;
    const ended = probe.request(0);
    await expect.poll(() => server.open).toBe(1);
    server.broadcast('now');
    expect([await ended, probe.response?.text()]).toEqual(['ok', 'now']);
  });

  test('does not take a message of an earlier connection, which counts', async () => {
    const server = await start();
    const { probe, session } = await connectDriver(server, { commands });
    await probe.request(0);
    probe.operation = PING;
    await probe.request(0);
    session.reconnect();
    probe.operation = 1;
    const ended = probe.request(1);
    await expect.poll(() => server.connections).toBe(2);
    await expect.poll(() => server.open).toBe(1);
    server.broadcast('new');
    expect([await ended, probe.response?.text(), otherMessages(probe)]).toEqual(['ok', 'new', 3]);
  });
});

describe('connections', () => {
  test('the server closes with a code: the request is a reset with the code as detail', async () => {
    const server = await start();
    const { probe } = await connectDriver(server, {
      commands: [{ send: { id: 0, close: 1011 } }, { send: { id: 1, close: 4321 } }, { send: { id: 2 } }],
    });
    expect([await probe.request(0), probe.detail]).toEqual(['reset', 'close_1011']);
    expect(String(probe.failure)).toContain(
      'the server closed the connection with code 1011 (internal error): as asked',
    );
    probe.operation = 1;
    expect([await probe.request(0), probe.detail]).toEqual(['reset', 'close_other']);
    expect(String(probe.failure)).toContain('with code 4321: as asked');
    probe.operation = 2;
    expect([await probe.request(0), probe.detail]).toEqual(['ok', undefined]);
    await expect.poll(() => server.closeCodes).toEqual([1011, 4321]);
  });

  test('sends path, query, headers, subprotocols and credentials of its own', async () => {
    const server = await start({ subprotocols: true });
    const options = { headers: { 'X-Tenant': 'acme', authorization: 'Bearer t' }, subprotocols: ['a.v1', 'b.v1'] };
    const { probe } = await connectDriver(server, { options, path: '/live/x?room=1&y=%20' });
    expect(await probe.request(0)).toBe('ok');
    const [upgrade] = server.upgrades;
    expect(upgrade?.url).toBe('/live/x?room=1&y=%20');
    expect(upgrade?.headers).toEqual(
      expect.objectContaining({
        'x-tenant': 'acme',
        authorization: 'Bearer t',
        'sec-websocket-protocol': 'a.v1, b.v1',
        host: `127.0.0.1:${server.port}`,
      }),
    );
  });

  test('compresses messages in both directions', async () => {
    const server = await start({ compression: true, size: 50_000 });
    const command = { send: { id: 'x'.repeat(20_000) }, match: ['/id'] };
    const { probe } = await connectDriver(server, { commands: [command], options: { compression: true } });
    for (let n = 0; n < 5; n++) expect([await probe.request(n), probe.response?.bodyBytes]).toEqual(['ok', 70_035]);
    expect(probe.totalReceivedBytes).toBeLessThan(5000);
    expect(probe.totalSentBytes).toBeLessThan(5000);
  });

  test('binary messages are sent and received as they are', async () => {
    const server = await start();
    const { probe } = await connectDriver(server, {
      commands: [{ send_binary: 'AP8QYWJj', match: { contains: 'abc' } }],
    });
    expect([await probe.request(0), probe.response?.bodyBytes, server.binary]).toEqual(['ok', 6, 1]);
  });

  test('pings keep the connection open at an interval', async () => {
    const server = await start();
    const { session } = await connectDriver(server, { options: { ping_interval: '20ms' } });
    await expect.poll(() => server.pings).toBeGreaterThan(3);
    await session.close();
    const pings = server.pings;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([server.pings, server.closeCodes]).toEqual([pings, [1000]]);
  });
});
