import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runWorkload } from '../e2e/agent.ts';
import { describeWithServices } from './binary.ts';
import { NGINX } from './nginx.ts';
import { freePort, type Service, startService } from './service.ts';

/** More than the event loop takes events at a time, so that responses arrive in the same phase as requests are sent. */
const CONNECTIONS = 1500;
const REQUESTS = 15_000;

describeWithServices('over more connections than events are taken at a time, an nginx', [NGINX], () => {
  let service: Service;
  let ports: readonly [status: number, http: number, https: number];

  beforeAll(async () => {
    ports = [await freePort(), await freePort(), await freePort()];
    service = await startService({
      binary: NGINX,
      readyUrl: `http://127.0.0.1:${ports[0]}/`,
      async args(folder) {
        await writeFile(join(folder, 'nginx.conf'), configuration(folder, ports));
        return ['-p', folder, '-c', join(folder, 'nginx.conf')];
      },
    });
  });

  afterAll(() => service?.stop());

  /** Connections that the server has accepted. */
  const accepted = async (): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${ports[0]}/`)).text();
    return Number(/\n\s*(\d+) \d+ \d+/.exec(text)?.[1]);
  };

  it.each(['http', 'https'] as const)('%s: accepts one connection for each worker', async (scheme) => {
    const before = await accepted();
    const { status, stderr, result } = await runWorkload({
      connection_string: `${scheme}://127.0.0.1:${ports[scheme === 'http' ? 1 : 2]}`,
      ...(scheme === 'http' ? undefined : { http: { tls: { insecure_skip_verify: true } } }),
      jobs: [{ type: 'read', connections: CONNECTIONS, operations: REQUESTS, http: { path: '/' } }],
    });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(result.jobs[0]).toMatchObject({ ok: REQUESTS, errors: 0 });
    const opened = (await accepted()) - before;
    expect(opened).toBeGreaterThanOrEqual(CONNECTIONS);
    // Beside those of the load: the ones that read the status.
    expect(opened).toBeLessThan(CONNECTIONS + 10);
  });
});

function configuration(folder: string, [status, http, https]: readonly [number, number, number]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const pem = (name: string): string => fileURLToPath(new URL(`../certificates/${name}.pem`, import.meta.url));
  return `
    daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
    worker_rlimit_nofile 8000;
    events { worker_connections 4000; }
    http {
      access_log off; keepalive_requests 4294967295; keepalive_timeout 1h;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
      server { listen 127.0.0.1:${status}; location / { stub_status; } }
      server {
        listen 127.0.0.1:${http} backlog=4096;
        listen 127.0.0.1:${https} ssl backlog=4096;
        ssl_certificate ${pem('server')};
        ssl_certificate_key ${pem('server-key')};
        location / { return 200 "hello, world\\n"; }
      }
    }`;
}
