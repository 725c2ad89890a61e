import { httpDriver } from '../../../src/drivers/http/http-driver.ts';
import { certificate } from '../../certificates/certificates.ts';
import { httpOptions } from './http-options.ts';
import { HttpProxy } from './http-proxy.ts';
import { type HttpKind, HttpServer } from './http-server.ts';
import type { Subject } from '../../../src/driver-kit/subject.ts';

const BODY = Buffer.alloc(40_000, 'x');
const TRUSTED = {
  ca: certificate('ca'),
  cert: undefined,
  key: undefined,
  serverName: 'localhost',
  insecureSkipVerify: false,
};

/** Odd keys are not there. */
function documents(kind: HttpKind): HttpServer {
  return new HttpServer(kind, ({ url }, answer) => {
    answer.writeHead(/[13579]$/.test(url) ? 404 : 200, { 'content-length': BODY.length });
    answer.end(BODY);
  });
}

function garbageClassOf(kind: HttpKind): Subject['garbageClass'] {
  return kind === 'http' || kind === 'h2c' ? 'protocol' : 'tls';
}

function direct(kind: HttpKind): Subject {
  const secure = kind === 'https' || kind === 'h2';
  return {
    name: `http driver, ${kind}`,
    factory: httpDriver,
    garbageClass: garbageClassOf(kind),
    async startServer() {
      const server = documents(kind);
      await server.start();
      return {
        port: server.port,
        served: () => server.seen.length,
        options: (host, port) =>
          httpOptions(`${secure ? 'https' : 'http'}://${host}:${port}`, {
            http: { version: kind === 'h2' || kind === 'h2c' ? 2 : 1, tls: TRUSTED },
          }),
        stop: () => server.stop(),
      };
    },
  };
}

function proxied(kind: HttpKind): Subject {
  const secure = kind === 'https' || kind === 'h2';
  return {
    name: `http driver, ${kind} through a proxy`,
    factory: httpDriver,
    garbageClass: garbageClassOf(kind),
    async startServer() {
      const server = documents(kind);
      const proxy = new HttpProxy();
      await Promise.all([server.start(), proxy.start()]);
      return {
        port: proxy.port,
        served: () => server.seen.length,
        options: (host, port) =>
          httpOptions(`${secure ? 'https' : 'http'}://127.0.0.1:${server.port}`, {
            http: {
              version: kind === 'h2' || kind === 'h2c' ? 2 : 1,
              tls: TRUSTED,
              proxy: `http://user:pass@${host}:${port}`,
            },
          }),
        async stop() {
          await proxy.stop();
          await server.stop();
        },
      };
    },
  };
}

export const httpSubjects: readonly Subject[] = [
  direct('http'),
  direct('https'),
  direct('h2c'),
  direct('h2'),
  proxied('http'),
  proxied('https'),
  proxied('h2'),
];
