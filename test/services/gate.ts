import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that a test can close and open again. */
export interface Gate {
  readonly port: number;
  /** Whether connections come through; those that are open when it closes are cut. */
  setOpen(open: boolean): void;
  stop(): Promise<void>;
}

/** Opens a way to a port on loopback. */
export async function openGate(toPort: number): Promise<Gate> {
  let isOpen = true;
  const sockets = new Set<Socket>();
  const server = createServer((incoming) => {
    if (!isOpen) {
      incoming.resetAndDestroy();
      return;
    }
    const outgoing = connect(toPort, '127.0.0.1');
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    port: (server.address() as AddressInfo).port,
    setOpen(open) {
      isOpen = open;
      if (!open) cut();
    },
    async stop() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
