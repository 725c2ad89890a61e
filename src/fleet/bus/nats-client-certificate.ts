import { connect } from 'node:net';
import type { Clock } from '../../shared/clock.ts';
import type { NatsSettings } from './nats-settings.ts';

const TIMEOUT_MS = 2000;
/** The first line of a server is shorter. */
const MOST_BYTES = 2 ** 16;

/**
 * Whether one of the servers demands a client certificate: a server with TLS 1.3 closes a connection without one after
 * the handshake, which the library does not report. The first line of a server, before TLS, has the answer.
 */
export async function demandsClientCertificate(
  { servers }: Pick<NatsSettings, 'servers'>,
  clock: Pick<Clock, 'after'>,
): Promise<boolean> {
  const lines = await Promise.all(servers.map(({ host, port }) => readFirstLine(host, port, clock)));
  return lines.some((line) => /"tls_verify":\s*true/.test(line));
}

/** Returns the text received within the time, up to its first line. */
function readFirstLine(host: string, port: number, clock: Pick<Clock, 'after'>): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, host);
    const end = (): void => {
      timer.cancel();
      socket.destroy();
      resolve(text);
    };
    const timer = clock.after(TIMEOUT_MS, end);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (text.includes('\n') || text.length > MOST_BYTES) end();
    });
    socket.on('error', end);
    socket.on('close', end);
  });
}
