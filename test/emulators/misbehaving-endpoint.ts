import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** Behavior of a metrics endpoint for a request. */
export type Conduct =
  | 'good'
  | 'gzipped'
  | 'hang'
  | 'reset'
  | 'garbage'
  | 'half'
  | 'endless'
  | 'too large'
  | 'gzip bomb'
  | 'no end mark'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

export const GOOD_PAGE = '# TYPE disk_usage gauge\ndisk_usage{disk="a"} 3\ndisk_usage{disk="b"} 4\n';

/** An endpoint on loopback with the behavior `conduct`, which can be changed. */
export interface MisbehavingEndpoint {
  readonly url: string;
  conduct: Conduct;
  stop(): Promise<void>;
}

export async function startMisbehaving(conduct: Conduct = 'good'): Promise<MisbehavingEndpoint> {
  const endpoint = { conduct };
  const server = createServer((_, response) => answer(endpoint.conduct, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(endpoint, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

function answer(conduct: Conduct, response: ServerResponse): void {
  if (typeof conduct === 'object') {
    response.writeHead(conduct.status, conduct.headers).end(conduct.body);
    return;
  }
  const text = { 'content-type': 'text/plain; version=0.0.4' };
  const acts: Record<typeof conduct, () => void> = {
    good: () => void response.writeHead(200, text).end(GOOD_PAGE),
    gzipped: () => void response.writeHead(200, { ...text, 'content-encoding': 'gzip' }).end(gzipSync(GOOD_PAGE)),
    hang: () => {},
    reset: () => void response.socket?.resetAndDestroy(),
    garbage: () => void response.writeHead(200, text).end('<html>\n<body>It works!</body>\n</html>\n'),
    half: () => {
      response.writeHead(200, { ...text, 'content-length': GOOD_PAGE.length });
      response.write(GOOD_PAGE.slice(0, 40), () => response.socket?.destroy());
    },
    endless: () => {
      response.writeHead(200, text);
      const timer = setInterval(() => response.write('endless 1\n'), 5);
      response.on('close', () => clearInterval(timer));
    },
    'too large': () => {
      response.writeHead(200, text);
      let left = 100;
      const more = (): void => {
        // 100 MB in all.
        while (left-- > 0 && response.write('large{a="b"} 1\n'.repeat(66_000)));
        if (left > 0) response.once('drain', more);
        else response.end();
      };
      more();
    },
    'gzip bomb': () =>
      void response
        .writeHead(200, { ...text, 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(100_000_000, 'bomb 1\n'))),
    'no end mark': () =>
      void response
        .writeHead(200, { 'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8' })
        .end(GOOD_PAGE),
  };
  acts[conduct]();
}
