import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connectNats } from '../../../src/fleet/bus/nats-connect.ts';
import { readNatsSettings } from '../../../src/fleet/bus/nats-settings.ts';
import { decodeTimePing, encodeTimePong } from '../../../src/fleet/wire/messages/time.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { describeWithServices } from '../binary.ts';
import { NATS, type NatsService, startNats } from '../nats.ts';
import { busUrl } from './fleet.ts';

const PROCESS = fileURLToPath(new URL('clock-process.js', import.meta.url));
/** Error of a comparison of two clocks with that of the system, far above its resolution. */
const READING_MS = 0.05;

/** Starts a relay to the bus that delays each direction. Returns its port. */
async function startDelayRelay(port: number, thereMs: number, backMs: number): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const [from, to, delayMs] of [
      [client, upstream, thereMs],
      [upstream, client, backMs],
    ] as const) {
      sockets.add(from.setNoDelay());
      from.on('data', (chunk) => void setTimeout(() => to.write(chunk), delayMs));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

interface Estimate {
  readonly offsetMs: number;
  readonly boundMs: number;
  readonly aheadMs: number;
}

describeWithServices('the clock of a fleet', [NATS], () => {
  let service: NatsService;
  beforeAll(async () => {
    service = await startNats();
  });
  afterAll(() => service.stop());

  test.each([
    { thereMs: 0, backMs: 0 },
    { thereMs: 100, backMs: 0 },
    { thereMs: 0, backMs: 100 },
    { thereMs: 10, backMs: 60 },
  ])(
    'is known within its bound if messages take $thereMs ms to the coordinator and $backMs ms back',
    async ({ thereMs, backMs }) => {
      const clock = systemClock();
      const settings = readNatsSettings(busUrl(service.port), {});
      const bus = await connectNats(settings, { name: 'coordinator', clock, onProblem: () => {} });
      onTestFinished(() => bus.close());
      bus.subscribe('time', ({ data, respond }) => {
        respond?.(encodeTimePong({ ping: decodeTimePing(data).ping, clockMs: clock.nowMs() }));
      });
      const relay = await startDelayRelay(service.port, thereMs, backMs);
      const { stdout } = await promisify(execFile)(process.execPath, [PROCESS, busUrl(relay)]);
      const { offsetMs, boundMs, aheadMs } = JSON.parse(stdout) as Estimate;
      const ownAheadMs = clock.nowMs() - Number(process.hrtime.bigint()) / 1e6;
      const error = Math.abs(offsetMs - (ownAheadMs - aheadMs));
      expect(error).toBeLessThanOrEqual(boundMs + READING_MS);
      expect(boundMs).toBeGreaterThanOrEqual((thereMs + backMs) / 2 - 1);
      // The bound is not just large: the error is that of the asymmetry, less what a busy machine adds to both ways.
      if (Math.abs(thereMs - backMs) >= 50) expect(error).toBeGreaterThan(Math.abs(thereMs - backMs) / 8);
    },
  );
});
