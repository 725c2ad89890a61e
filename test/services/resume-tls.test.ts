import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runWorkload } from '../e2e/agent.ts';
import { describeWithServices } from './binary.ts';
import { NGINX } from './nginx.ts';
import { freePort, type Service, startService } from './service.ts';

const CONNECTIONS = 4;
const REQUESTS = 60;

describeWithServices('an nginx, which answers resumed sessions with 202 and others with 200', [NGINX], () => {
  let service: Service;
  let ports: { readonly ready: number; readonly tickets: number; readonly ids: number };

  beforeAll(async () => {
    ports = { ready: await freePort(), tickets: await freePort(), ids: await freePort() };
    service = await startService({
      binary: NGINX,
      readyUrl: `http://127.0.0.1:${ports.ready}/`,
      async args(folder) {
        await writeFile(join(folder, 'nginx.conf'), configuration(folder, ports));
        return ['-p', folder, '-c', join(folder, 'nginx.conf')];
      },
    });
  });

  afterAll(() => service?.stop());

  it.each([
    ['tickets', 1, undefined, { 200: REQUESTS }],
    ['ids', 1, undefined, { 200: REQUESTS }],
    ['tickets', 1, true, { 200: CONNECTIONS, 202: REQUESTS - CONNECTIONS }],
    ['tickets', 2, true, { 200: CONNECTIONS, 202: REQUESTS - CONNECTIONS }],
    ['ids', 1, true, { 200: CONNECTIONS, 202: REQUESTS - CONNECTIONS }],
  ] as const)('%s over HTTP/%i, with `resume: %s`', async (kind, version, resume, responses) => {
    const { status, stderr, result } = await runWorkload({
      connection_string: `https://127.0.0.1:${ports[kind]}`,
      http: { version, tls: { insecure_skip_verify: true, resume } },
      threads: 2,
      jobs: [
        { type: 'read', connections: CONNECTIONS, operations: REQUESTS, reconnect: 'request', http: { path: '/' } },
      ],
    });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(result.jobs[0]).toMatchObject({ ok: REQUESTS, errors: 0, responses_by_status: responses });
  });
});

/** A server of TLS 1.3 with tickets, and one of TLS 1.2 with session ids. */
function configuration(folder: string, { ready, tickets, ids }: Record<'ready' | 'tickets' | 'ids', number>): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const pem = (name: string): string => fileURLToPath(new URL(`../certificates/${name}.pem`, import.meta.url));
  const resumed = 'location / { if ($ssl_session_reused = r) { return 202; } return 200; }';
  return `
    daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
    events { worker_connections 1024; }
    http {
      access_log off;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
      ssl_certificate ${pem('server')};
      ssl_certificate_key ${pem('server-key')};
      server { listen 127.0.0.1:${ready}; location / { return 200; } }
      server { listen 127.0.0.1:${tickets} ssl http2; ssl_protocols TLSv1.3; ${resumed} }
      server {
        listen 127.0.0.1:${ids} ssl; ssl_protocols TLSv1.2;
        ssl_session_tickets off; ssl_session_cache shared:sessions:1m; ${resumed}
      }
    }`;
}
