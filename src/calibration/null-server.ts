import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { builtEntry } from '../shared/package-files.ts';

/** A server that does nothing: the duration of a request is that of the client, the network stack and the scheduler. */
export interface NullServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Backlog of connections; Node's default of 511 refuses some when thousands open at once. */
const BACKLOG = 4096;

/**
 * Starts a null server on loopback, in separate processes: they share neither heap nor event loop with the agent, and
 * their CPU time is not counted as the agent's. Connections are distributed round-robin. Requires the built files.
 */
export async function startNullServer(processes: number): Promise<NullServer> {
  const children = Array.from({ length: processes }, forkChild);
  let connections = 0;
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    children[connections++ % processes]?.send('connection', socket);
  });
  server.listen({ host: '127.0.0.1', port: 0, backlog: BACKLOG });
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      await Promise.all(children.map(endChild));
    },
  };
}

function forkChild(): ChildProcess {
  const entry = builtEntry('calibration/null-server-process');
  return fork(entry, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

/** Killed: it has no state to lose. */
async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
