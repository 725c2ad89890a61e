import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that a test can close and open again. */
export interface Gate {
  readonly port: number;
  /** Whether connections come through; those that are open when it closes are cut. */
  setOpen(open: boolean): void;
  /** Whether bytes are forwarded. Connections stay open, and new ones are accepted, as with a network that drops packets. */
  setFlowing(flowing: boolean): void;
  stop(): Promise<void>;
}

/** Opens a way to a port on loopback. */
export async function openGate(toPort: number): Promise<Gate> {
  let isOpen = true;
  let isFlowing = true;
  const peers = new Map<Socket, Socket>();
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
      peers.set(socket, other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        peers.delete(socket);
        other.destroy();
      });
      if (isFlowing) socket.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => [...peers.keys()].forEach((socket) => socket.destroy());
  return {
    port: (server.address() as AddressInfo).port,
    setOpen(open) {
      isOpen = open;
      if (!open) cut();
    },
    setFlowing(flowing) {
      isFlowing = flowing;
      for (const [socket, other] of peers) {
        if (flowing) socket.pipe(other);
        else socket.unpipe(other).pause();
      }
    },
    async stop() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
