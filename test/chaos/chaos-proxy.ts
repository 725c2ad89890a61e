import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { seededRandom } from '../mutation/mutate.ts';

/** The share of pieces that something happens to. */
const MISHAPS = 0.01;
const MAX_DELAY_MS = 30;

/** What happened to connections. */
interface Mishaps {
  connections: number;
  delayed: number;
  /** Reset, or closed in the middle of a piece. */
  cut: number;
}

export interface ChaosProxy {
  readonly port: number;
  readonly mishaps: Readonly<Mishaps>;
  stop(): Promise<void>;
}

/**
 * Stands between a client and a server on loopback. Delays pieces of what either sends, and now and then resets the
 * connection, or passes on the first half of a piece and closes it. What happens follows from the seed and the order in
 * which bytes arrive.
 */
export async function startChaosProxy(serverPort: number, seed: number): Promise<ChaosProxy> {
  const random = seededRandom(seed);
  const mishaps: Mishaps = { connections: 0, delayed: 0, cut: 0 };
  const sockets = new Set<Socket>();

  /** Passes on the data of one side, in order. */
  const pass = (from: Socket, to: Socket): void => {
    const end = (how: 'close' | 'reset'): void => {
      mishaps.cut++;
      for (const socket of [from, to]) {
        if (how === 'reset') socket.resetAndDestroy();
        else socket.destroy();
      }
    };
    from.on('data', (piece: Buffer) => {
      const lot = random();
      if (lot < MISHAPS) {
        const how = random() < 0.5 ? 'reset' : 'close';
        // Either nothing of it arrives, or its first half, or all of it.
        const passed = piece.subarray(0, Math.floor((piece.length * Math.floor(random() * 3)) / 2));
        if (passed.length === 0) end(how);
        else to.write(passed, () => end(how));
      } else if (lot < 5 * MISHAPS) {
        mishaps.delayed++;
        from.pause();
        setTimeout(() => {
          if (!to.destroyed) to.write(piece);
          from.resume();
        }, random() * MAX_DELAY_MS);
      } else if (!to.destroyed) to.write(piece);
    });
    from.on('end', () => to.end()).on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    mishaps.connections++;
    const upstream = connect({ port: serverPort, host: '127.0.0.1', allowHalfOpen: true });
    for (const socket of [client, upstream]) sockets.add(socket.setNoDelay(true));
    pass(client, upstream);
    pass(upstream, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    mishaps,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
