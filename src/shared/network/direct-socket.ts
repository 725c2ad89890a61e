import { type NetConnectOpts, Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { type Address, prepareSocket } from './routed-socket.ts';

/** Where received bytes go, instead of the queue of a stream. */
export interface ReadTarget {
  /** Buffer of the reads; its bytes are valid until the callback returns. */
  readonly buffer: Buffer;
  /** @param bytes the buffer, or another one if the socket cannot read into it @returns whether to continue */
  readonly callback: (length: number, bytes: Buffer) => boolean;
}

/** Connects a socket that reads into the buffer of its owner. */
export function openDirectSocket(address: Address, onread: ReadTarget): Socket {
  return prepareSocket(new Socket(withReadBuffer({}, onread)).connect(address), address);
}

/**
 * Connects a TLS socket that reads into the buffer of its owner.
 * @param tls its `host` is the name or address that the certificate is verified against if no server name is sent
 */
export function openDirectTlsSocket(address: Address, tls: ConnectionOptions, onread: ReadTarget): TLSSocket {
  const host = tls.servername || tls.host || '';
  const options: ConnectionOptions & NetConnectOpts = {
    ...tls,
    ...address,
    checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
  };
  return prepareSocket(connectTls(withReadBuffer(options, onread)), address);
}

/** The types of Node lack the option for all sockets but those of TCP. */
function withReadBuffer<Options extends object>(options: Options, onread: ReadTarget): Options {
  return { ...options, onread };
}
