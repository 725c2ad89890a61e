import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A server that does nothing: whatever a request to it takes, the client, the network stack and the scheduler took. */
export interface NullServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Connections that may wait to be accepted; Node's 511 refuses some when thousands open at once. */
const BACKLOG = 4096;

/**
 * Starts a null server on loopback, in processes of its own: they share neither heap nor event loop with the agent, and their
 * processor time is not the agent's. They get the connections in turn. Works from the built files only.
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
  const entry = new URL('./null-server-process.js', import.meta.url);
  return fork(entry, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

/** It holds nothing that could be lost. */
async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
