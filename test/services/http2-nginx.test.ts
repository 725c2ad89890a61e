import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { manyHeaders, numbers } from '../http2/route-server.ts';
import { type HttpOperation, NEEDS, openWorkers, sendTickets, TLS } from '../http2/workers.ts';
import { describeWithServices } from './binary.ts';
import { NGINX } from './nginx.ts';
import { freePort, startService } from './service.ts';

const HEADERS = manyHeaders(80);
const FILE_BYTES = 2_500_000;
/** Requests of a connection before nginx ends it. */
const REQUESTS_A_CONNECTION = 37;

interface Nginx {
  readonly ports: { readonly h2c: number; readonly TLS: number };
  /** Requests that nginx has logged for a path: target, status and connection of each. */
  logged(path: string): Promise<readonly (readonly [target: string, status: string, connection: string])[]>;
}

async function startNginx(): Promise<Nginx> {
  const echo = createServer((request, response) => void request.pipe(response)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  onTestFinished(async () => {
    echo.closeAllConnections();
    echo.close();
    await once(echo, 'close');
  });
  const ports = { h2c: await freePort(), TLS: await freePort(), ready: await freePort() };
  let log = '';
  const service = await startService({
    binary: NGINX,
    readyUrl: `http://127.0.0.1:${ports.ready}/`,
    async args(folder) {
      log = join(folder, 'access.log');
      await writeFile(join(folder, 'file.txt'), numbers(FILE_BYTES));
      await writeFile(join(folder, 'nginx.conf'), configuration(folder, ports, (echo.address() as AddressInfo).port));
      return ['-p', folder, '-c', join(folder, 'nginx.conf')];
    },
  });
  onTestFinished(() => service.stop());
  return {
    ports,
    async logged(path) {
      const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
      return lines
        .map((line) => line.split(' '))
        .filter(([target]) => target?.startsWith(path))
        .map(([target = '', status = '', connection = '']) => [target, status, connection] as const);
    },
  };
}

function configuration(folder: string, ports: Nginx['ports'] & { readonly ready: number }, echo: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const pem = (name: string): string => fileURLToPath(new URL(`../certificates/${name}.pem`, import.meta.url));
  return `
    daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
    ${process.geteuid?.() === 0 ? 'user root;' : ''}
    events { worker_connections 1024; }
    http {
      log_format short '$request_uri $status $connection'; access_log ${folder}/access.log short;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
      default_type text/plain; client_max_body_size 100m; http2_max_concurrent_streams 100;
      server { listen 127.0.0.1:${ports.ready}; location / { access_log off; return 200; } }
      server {
        listen 127.0.0.1:${ports.h2c} http2;
        listen 127.0.0.1:${ports.TLS} ssl http2;
        ssl_certificate ${pem('server')}; ssl_certificate_key ${pem('server-key')};
        keepalive_requests ${REQUESTS_A_CONNECTION};
        location /uri { return 200 "$request_uri"; }
        location /file { alias ${folder}/file.txt; }
        location /echo { proxy_pass http://127.0.0.1:${echo}; proxy_request_buffering off; proxy_http_version 1.1; }
        location /headers { ${HEADERS.map(([name, value]) => `add_header ${name} ${value};`).join(' ')} return 200 "h"; }
        location /nothing { return 404; }
      }
    }`;
}

const UPLOAD = `#n ü€😀${numbers(300_000)}`;

interface Route {
  readonly type?: 'read' | 'write';
  readonly http: { readonly path: string; readonly body?: string };
  readonly bodyOf: (ticket: number) => string;
  readonly outcome?: string;
}

const ROUTES: readonly Route[] = [
  { http: { path: '/uri/#n' }, bodyOf: (ticket) => `/uri/${ticket}` },
  { http: { path: '/file?#n' }, bodyOf: () => numbers(FILE_BYTES) },
  { http: { path: '/echo?#n', body: UPLOAD }, type: 'write', bodyOf: (ticket) => UPLOAD.replace('#n', `${ticket}`) },
  { http: { path: '/headers?#n' }, bodyOf: () => 'h' },
  { http: { path: '/nothing?#n' }, bodyOf: () => '404 Not Found', outcome: 'status_4xx' },
];

describeWithServices('HTTP/2 with nginx', [NGINX], () => {
  test.each(['h2c', 'TLS'] as const)(
    '%s: each response has its bytes, and each request is served once, although nginx ends connections in the middle',
    async (kind) => {
      const nginx = await startNginx();
      const url = `${kind === 'TLS' ? 'https' : 'http'}://127.0.0.1:${nginx.ports[kind]}`;
      const operations = ROUTES.map(({ type = 'read', http }): HttpOperation => ({ type, http, needs: NEEDS }));
      const { probes } = await openWorkers(url, 20, { streams: 10, tls: TLS }, operations);
      const tickets = 300;
      const routeOf = (ticket: number): number => ticket % ROUTES.length;
      const outcomes = await sendTickets(probes, tickets, routeOf, (probe, ticket) => {
        const { bodyOf, outcome, http } = ROUTES[routeOf(ticket)]!;
        const text = probe.response?.text() ?? '';
        const isEqual = outcome === undefined ? text === bodyOf(ticket) : text.includes(bodyOf(ticket));
        if (!isEqual) throw new Error(`the response to ticket ${ticket} has ${text.length} other bytes`);
        if (!http.path.startsWith('/headers')) return;
        expect(HEADERS.filter(([name, value]) => probe.response?.header(name) !== value)).toEqual([]);
      });
      expect(outcomes).toEqual(
        Array.from({ length: tickets }, (_, ticket) => ROUTES[routeOf(ticket)]?.outcome ?? 'ok'),
      );
      const served = await nginx.logged('/');
      const expected = Array.from({ length: tickets }, (_, ticket) =>
        ROUTES[routeOf(ticket)]!.http.path.replace('#n', String(ticket)),
      );
      expect(served.map(([target]) => target).toSorted()).toEqual(expected.toSorted());
      const connections = new Set(served.map(([, , connection]) => connection)).size;
      expect(connections).toBeGreaterThanOrEqual(tickets / (REQUESTS_A_CONNECTION + 10));
    },
  );

  test('2,000 requests over connections of 37 requests each are served once each', async () => {
    const nginx = await startNginx();
    const operation = { http: { path: '/uri/#n' } };
    const { probes } = await openWorkers(`http://127.0.0.1:${nginx.ports.h2c}`, 20, { streams: 10 }, [operation]);
    const outcomes = await sendTickets(probes, 2000);
    expect(outcomes).toEqual(Array.from({ length: 2000 }, () => 'ok'));
    const served = await nginx.logged('/uri');
    expect(served).toHaveLength(2000);
    expect(new Set(served.map(([target]) => target)).size).toBe(2000);
    expect(new Set(served.map(([, , connection]) => connection)).size).toBeGreaterThan(40);
  });
});
