import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { systemClock } from '../../shared/clock.ts';
import { type LatencyFloor, floorOf } from '../../shared/floor.ts';
import type { HttpConnectionListener } from './connection.ts';
import { Http1Connection } from './http1-connection.ts';
import type { OutgoingRequest } from './outgoing-request.ts';

/** Requests of the warm-up: enough for V8 to compile the request path. Takes 20 to 40 ms per thread. */
const ROUNDS = 400;

/** First measured round; by then most of the code is compiled. */
const MEASURED_FROM = 200;

/** Timeout of the warm-up, for machines where loopback does not work. */
const TIMEOUT_MS = 1000;

const REQUEST: OutgoingRequest = {
  method: 'GET',
  path: '/',
  headers: [],
  body: null,
  message: 'GET / HTTP/1.1\r\nhost: rehearsal.invalid\r\nconnection: keep-alive\r\nuser-agent: loadbot-agent\r\n\r\n',
  tail: null,
  closes: false,
};

/**
 * Warms up the JIT: sends a few hundred requests to a server in this thread, over loopback, so that the client's code
 * is loaded and compiled before the first counted request. Without it, the first requests of a run are slower by up to
 * tens of milliseconds. Never rejects: without loopback it is skipped.
 * @returns durations of the measured rounds, server and loopback included; `undefined` when there were too few
 */
export async function warmUpJit(): Promise<LatencyFloor | undefined> {
  const server = startPartner();
  try {
    await once(server, 'listening');
    return floorOf(await perform((server.address() as AddressInfo).port));
  } catch {
    // The first job reports errors of this machine's network.
    return undefined;
  } finally {
    server.close();
  }
}

/**
 * Starts a server that responds at once. Each response has a different head, because the client would otherwise parse
 * only the first.
 */
function startPartner(): Server {
  let round = 0;
  const server = createServer((socket) => {
    socket.on('error', ignore).on('data', () => {
      const length =
        round % 2 === 0 ? 'content-length: 2\r\n\r\n{}' : 'transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n';
      socket.write(`HTTP/1.1 200 OK\r\nconnection: keep-alive\r\nx-round: ${round++}\r\n${length}`);
    });
  });
  return server.listen(0, '127.0.0.1');
}

/**
 * Runs the rounds. Resolves with the durations of the measured rounds in milliseconds when all are complete or one has
 * failed.
 */
async function perform(port: number): Promise<readonly number[]> {
  const clock = systemClock();
  const durationsMs: number[] = [];
  await new Promise<void>((resolve) => {
    let round = 0;
    let sentMs = 0;
    const responded = (): void => {
      if (round > MEASURED_FROM) durationsMs.push(clock.nowMs() - sentMs);
      if (round < ROUNDS) next();
      else stop();
    };
    const next = (): void => {
      round++;
      sentMs = clock.nowMs();
      connection.send(REQUEST);
    };
    const stop = (): void => {
      timer.cancel();
      connection.destroy();
      resolve();
    };
    const listener: HttpConnectionListener = {
      opening: ignore,
      writing: ignore,
      responded,
      failed: stop,
      arrived: ignore,
    };
    const connection = new Http1Connection(
      {
        endpoint: {
          origin: 'http://rehearsal.invalid',
          address: { host: '127.0.0.1', port },
          proxyTls: undefined,
          tunnel: undefined,
          tls: undefined,
          isLayered: false,
          http2: false,
          pathPrefix: '',
          headers: {},
          localAddresses: undefined,
        },
        timeoutMs: TIMEOUT_MS,
        clock,
        maxHeaderBytes: 1024,
        readBuffer: Buffer.allocUnsafe(1024),
        reportsArrivals: false,
      },
      listener,
    );
    const timer = clock.after(TIMEOUT_MS, stop);
    next();
  });
  return durationsMs;
}

function ignore(): void {}
