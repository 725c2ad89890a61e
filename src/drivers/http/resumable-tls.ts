import type { TLSSocket } from 'node:tls';

/** The latest TLS session of one client with one server, which the next connection offers. */
export class ResumableTls {
  /** Session or ticket; `undefined`: the next connection makes a full handshake. */
  session: Buffer | undefined;

  /** Keeps the sessions that a connection receives: one in its handshake, or over TLS 1.3 tickets after it. */
  follow(socket: TLSSocket): void {
    socket.on('session', (session) => (this.session = session));
  }
}
