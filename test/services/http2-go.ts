import { fileURLToPath } from 'node:url';
import type { RouteCounts, RouteServer } from '../http2/route-server.ts';
import { HTTP2_GO } from '../needs.ts';
import { freePort, startService } from './service.ts';

const pem = (name: string): string => fileURLToPath(new URL(`../certificates/${name}.pem`, import.meta.url));

/** Starts the HTTP/2 server of `test/http2/go-server`. @param streams that it allows for a connection */
export async function startGoServer(streams: number): Promise<RouteServer> {
  const ports = [await freePort(), await freePort(), await freePort()];
  const [address = '', secureAddress = '', control = ''] = ports.map((port) => `127.0.0.1:${port}`);
  const counts = async (): Promise<RouteCounts> =>
    (await (await fetch(`http://${control}/counts`)).json()) as RouteCounts;
  const service = await startService({
    binary: HTTP2_GO,
    args: () => [
      `-listen=${address}`,
      `-listen-tls=${secureAddress}`,
      `-counts=${control}`,
      `-streams=${streams}`,
      `-cert=${pem('server')}`,
      `-key=${pem('server-key')}`,
    ],
    askIfReady: counts,
  });
  return {
    url: `http://${address}`,
    secureUrl: `https://${secureAddress}`,
    counts,
    restart: async () => void (await fetch(`http://${control}/restart`, { method: 'POST' })),
    stop: () => service.stop(),
  };
}
