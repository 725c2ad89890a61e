import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How the other end of a connection fails. */
export const BEHAVIOURS = ['mute', 'SYNs dropped', 'half-closed', 'hostile'] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/** The other end of a run's connections, which can turn bad at any moment. */
export interface Peer {
  readonly port: number;
  /** From now on it behaves like that, on open connections and on new ones. */
  turn(behaviour: Behaviour): Promise<void>;
  stop(): Promise<void>;
}

/** A server that a test needs no answers of: it behaves badly from its first connection on. */
export async function openBadPeer(behaviour: Behaviour): Promise<Peer> {
  const peer = await openPeer(undefined);
  await peer.turn(behaviour);
  return peer;
}

/**
 * A route to a server on loopback that works until it is switched to misbehave.
 * @param toPort `undefined`: without a server behind it
 */
export async function openPeer(toPort: number | undefined): Promise<Peer> {
  const sockets = new Set<Socket>();
  const blocked: Socket[] = [];
  let behaviour: Behaviour | undefined;
  let blocker: ChildProcess | undefined;
  const server = createServer({ allowHalfOpen: true }, (incoming) => {
    keep(incoming);
    if (behaviour !== undefined) misbehave(incoming, behaviour);
    else if (toPort !== undefined) join(incoming, keep(connect({ port: toPort, host: '127.0.0.1' })));
  });
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    return socket.on('close', () => sockets.delete(socket));
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async turn(to) {
      behaviour = to;
      const open = [...sockets];
      for (const socket of open) socket.removeAllListeners('data').unpipe();
      if (to !== 'SYNs dropped') {
        for (const socket of open) misbehave(socket, to);
        return;
      }
      for (const socket of open) socket.destroy();
      await close(server);
      blocker = await listenAndBlock(port);
      // The kernel takes as many as fit into the queue, and drops all others.
      for (let count = 0; count < 4; count++) blocked.push(connect(port, '127.0.0.1').on('error', () => {}));
      await sleep(100);
    },
    async stop() {
      for (const socket of [...sockets, ...blocked]) socket.destroy();
      if (blocker !== undefined && blocker.exitCode === null) {
        blocker.kill('SIGKILL');
        await once(blocker, 'exit');
      } else await close(server);
    },
  };
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
}

function join(one: Socket, other: Socket): void {
  one.pipe(other);
  other.pipe(one);
}

function misbehave(socket: Socket, behaviour: Behaviour): void {
  socket.resume();
  if (behaviour === 'half-closed') socket.end();
  if (behaviour === 'hostile') {
    const garble = (): void => void (socket.writable && socket.write(randomBytes(64)));
    garble();
    socket.on('data', garble);
  }
}

/** The same bytes in every run of the test, and no protocol's. */
function randomBytes(count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, (_, index) => (index * 167 + 13) % 256));
}

/** A process that listens, accepts nothing, and does nothing else. */
async function listenAndBlock(port: number): Promise<ChildProcess> {
  const script = `
    const server = require('net').createServer();
    server.listen({ port: ${port}, host: '127.0.0.1', backlog: 1 }, () => {
      require('fs').writeSync(1, 'listening');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}
