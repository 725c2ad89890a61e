import { once } from 'node:events';
import { createServer, type TLSSocket } from 'node:tls';
import type { AddressInfo, LookupFunction } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Gate } from '../../../../src/driver-kit/gate.ts';
import { connectSocket } from '../../../../src/drivers/http/connection-attempt.ts';
import { type Endpoint, resolveEndpoint } from '../../../../src/drivers/http/endpoint.ts';
import { canCountBelowTls } from '../../../../src/drivers/http/tls-wire.ts';
import type { ByteCounters } from '../../../../src/drivers/wire-meter.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import { certificate, TRUSTING } from '../../../certificates/certificates.ts';
import { httpOptions } from '../../../contract/driver/http-options.ts';
import type { Answer } from '../../../contract/driver/http-server.ts';
import { openProbe, serve } from './running.ts';

const IDENTITY = { cert: certificate('server'), key: certificate('server-key') };

/** A relay that counts the bytes between clients and a server. */
async function startRelay(port: number): Promise<Gate> {
  const relay = new Gate(port);
  await relay.start();
  onTestFinished(() => relay.stop());
  return relay;
}

/** The bytes of the latest connection, as the relay counts them. */
function countedBy({ passages }: Gate): [written: number, read: number] {
  const { fromClientBytes = 0, toClientBytes = 0 } = passages.at(-1) ?? {};
  return [fromClientBytes, toClientBytes];
}

function endpointOf(port: number): Endpoint {
  return resolveEndpoint(httpOptions(`https://127.0.0.1:${port}`, { http: { tls: TRUSTING } }));
}

test('this version of Node has the counters, and TLS without a proxy has no layers', () => {
  expect(canCountBelowTls(undefined)).toBe(true);
  expect(endpointOf(1).isLayered).toBe(false);
});

test.each([
  ['https', 'TLSv1.2', undefined],
  ['https', 'TLSv1.2', 'POST'],
  ['https', 'TLSv1.3', undefined],
  ['https', 'TLSv1.3', 'POST'],
  ['h2', 'TLSv1.2', undefined],
  ['h2', 'TLSv1.3', 'POST'],
] as const)('the bytes of requests over %s with %s are those on the wire (%#)', async (kind, maxVersion, method) => {
  const respond = ({ url }: { url: string }, answer: Answer): void => {
    answer.writeHead(200);
    answer.end('x'.repeat(url.endsWith('3') ? 300_000 : 10));
  };
  const server = await serve(kind, respond, { tls: { ...IDENTITY, maxVersion } });
  const relay = await startRelay(server.port);
  const version = kind === 'h2' ? 2 : 1;
  const { session, probe } = await openProbe(
    httpOptions(`https://127.0.0.1:${relay.port}`, {
      http: { tls: TRUSTING, version, method, body: method && 'y'.repeat(50_000) },
    }),
  );
  let [writtenBefore, readBefore] = [0, 0];
  for (let n = 0; n < 8; n++) {
    if (n === 5) {
      [writtenBefore, readBefore] = [probe.totalSentBytes, probe.totalReceivedBytes];
      session.reconnect();
    }
    expect(await probe.request(n)).toBe('ok');
    const [written, read] = [probe.totalSentBytes - writtenBefore, probe.totalReceivedBytes - readBefore];
    if (kind === 'https') expect([written, read]).toEqual(countedBy(relay));
    else {
      // Frames beside the response, such as acknowledgments of settings, may follow.
      expect(Math.abs(written - countedBy(relay)[0])).toBeLessThan(100);
      expect(Math.abs(read - countedBy(relay)[1])).toBeLessThan(100);
    }
  }
  expect(relay.accepted).toBe(2);
});

// Layers are the way of a version of Node without the counters.
test.each([false, true])('the bytes of a closed connection stay those on the wire; layers: %s', async (isLayered) => {
  const server = createServer(IDENTITY, (socket: TLSSocket) => {
    socket.on('error', () => undefined).once('data', () => socket.write('z'.repeat(100_000)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const relay = await startRelay((server.address() as AddressInfo).port);
  let received = 0;
  let complete: () => void = () => undefined;
  const completed = new Promise<void>((resolve) => (complete = resolve));
  const callback = (length: number): boolean => {
    received += length;
    if (received >= 100_000) complete();
    return true;
  };
  const onread = { buffer: Buffer.alloc(4096), callback };
  const { wire, traffic, opened } = connectSocket(
    { ...endpointOf(relay.port), isLayered },
    10_000,
    systemClock(),
    onread,
  );
  const counters = traffic as ByteCounters; // over TLS there are some
  expect([counters.bytesWritten, counters.bytesRead]).toEqual([0, 0]);
  const socket = await opened;
  socket.write('a'.repeat(70_000));
  await completed;
  await expect.poll(() => countedBy(relay)).toEqual([counters.bytesWritten, counters.bytesRead]);
  const counted = countedBy(relay);
  const closed = once(wire, 'close');
  wire.destroy();
  expect([counters.bytesWritten, counters.bytesRead]).toEqual(counted);
  await closed;
  expect([counters.bytesWritten, counters.bytesRead]).toEqual(counted);
  expect(received).toBe(100_000);
});

test('reads into the buffer, and counts, after an address of the name has refused the connection', async () => {
  const server = await serve('https', (_, answer) => answer.end());
  const relay = await startRelay(server.port);
  // The relay listens on 127.0.0.1 only.
  const addresses = ['127.0.0.9', '127.0.0.1'].map((address) => ({ address, family: 4 }));
  const address = {
    host: 'localhost',
    port: relay.port,
    autoSelectFamily: true,
    lookup: (...[, , callback]: Parameters<LookupFunction>): void => callback(null, addresses),
  };
  const buffer = Buffer.alloc(4096);
  let received: (text: string) => void = () => undefined;
  const response = new Promise<string>((resolve) => (received = resolve));
  const callback = (length: number, bytes: Buffer): boolean => {
    expect(bytes).toBe(buffer);
    received(bytes.toString('latin1', 0, length));
    return true;
  };
  const endpoint = { ...endpointOf(relay.port), address };
  const { wire, traffic, opened } = connectSocket(endpoint, 10_000, systemClock(), { buffer, callback });
  onTestFinished(() => void wire.destroy());
  (await opened).write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  expect(await response).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  expect(wire.autoSelectFamilyAttemptedAddresses).toHaveLength(2);
  expect([traffic?.bytesWritten, traffic?.bytesRead]).toEqual(countedBy(relay));
});
