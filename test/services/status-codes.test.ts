import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runWorkload, scratchFile } from '../e2e/agent.ts';
import { parseExposition } from '../exposition-parser.ts';
import { describeWithServices } from './binary.ts';
import { errorsOf, expectConserved, jobNamed } from './conservation.ts';
import { NGINX } from './nginx.ts';
import { eventually, freePort, type Service, startService } from './service.ts';

const REQUESTS = 4000;

describeWithServices('responses by status code agree with the access log of an nginx', [NGINX], () => {
  let service: Service;
  const ports = { 1: 0, 2: 0 };
  const log = scratchFile('log');

  beforeAll(async () => {
    [ports[1], ports[2]] = [await freePort(), await freePort()];
    service = await startService({
      binary: NGINX,
      readyUrl: `http://127.0.0.1:${ports[1]}/ready`,
      async args(folder) {
        await writeFile(join(folder, 'nginx.conf'), configuration(folder, log, ports));
        return ['-p', folder, '-c', join(folder, 'nginx.conf')];
      },
    });
  });

  afterAll(() => service?.stop());

  it.each([1, 2] as const)('HTTP/%i', async (version) => {
    const path = `/mixed${version}`;
    const { status, stdout, stderr, result } = await runWorkload({
      connection_string: `http://127.0.0.1:${ports[version]}`,
      http: { version },
      jobs: [
        { name: 'mixed', type: 'read', connections: 8, operations: REQUESTS, warm_up: '300ms', http: { path } },
        { name: 'mistyped', type: 'read', connections: 2, operations: 100, http: { path: `/nothing${version}` } },
      ],
    });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const mixed = jobNamed(result, 'mixed');
    expectConserved(mixed);
    const logged = await eventually(async () => {
      const counts = countLogged(log, path);
      return total(counts) >= total(mixed.responses_by_status) + total(mixed.warm_up?.responses_by_status)
        ? counts
        : undefined;
    });
    const both = { ...logged };
    for (const [code, count] of Object.entries(mixed.warm_up?.responses_by_status ?? {})) both[code]! -= count;
    expect(mixed.responses_by_status).toEqual(both);
    expect(Object.keys(both)).toEqual(['200', '404', '418', '429', '503']);
    expect(total(mixed.responses_by_status)).toBe(REQUESTS);
    expect(mixed.errors).toBe(REQUESTS - (both['200'] ?? 0));

    const mistyped = jobNamed(result, 'mistyped');
    expect(mistyped).toMatchObject({ ok: 0, miss: 0, errors: 100, responses_by_status: { '404': 100 } });
    expect(errorsOf(mistyped)).toEqual({ status_4xx: 100 });
    expect(stdout).toMatch(/status codes\s+404: 100\n/);
  });

  it('exposes the status codes as metrics', async () => {
    const port = await freePort();
    const run = runWorkload(
      {
        connection_string: `http://127.0.0.1:${ports[1]}`,
        jobs: [
          { name: 'mixed', type: 'read', connections: 2, duration: '4s', pace: '200/s', http: { path: '/scraped' } },
        ],
      },
      ['--metrics_export_port', String(port)],
    );
    const scrape = async (): Promise<Record<string, number> | undefined> => {
      const page = await fetch(`http://127.0.0.1:${port}/metrics`).then(
        (response) => response.text(),
        () => undefined,
      );
      const family =
        page === undefined ? undefined : parseExposition(page).find(({ name }) => name === 'requests_status_total');
      return family && Object.fromEntries(family.samples.map(({ labels, value }) => [labels['code'] ?? '', value]));
    };
    const first = await eventually(scrape);
    expect(first['200']).toBeDefined();
    expect(first['404']).toBeDefined();
    const seen = await eventually(async () => {
      const counts = await scrape();
      return counts !== undefined && (counts['200'] ?? 0) > 100 && counts['418'] !== undefined ? counts : undefined;
    });
    // Not one of the common codes: at 0 for a while, so that its increase is not lost.
    expect(seen['418']).toBe(0);
    const { result } = await run;
    const job = jobNamed(result, 'mixed');
    expect(total(job.responses_by_status)).toBe(job.requests);
  });
});

/** Requests to a path in nginx's log, by status code. */
function countLogged(log: string, path: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const [code, uri] = line.split(' ');
    if (uri === path && code !== undefined) counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

function total(counts: Readonly<Record<string, number>> | null | undefined): number {
  return Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
}

function configuration(folder: string, log: string, ports: { 1: number; 2: number }): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const mixed = [404, 418, 429, 503].map((code) => `if ($code = ${code}) { return ${code}; }`).join(' ');
  return `
    daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
    events { worker_connections 1024; }
    http {
      log_format codes '$status $uri'; access_log ${log} codes; keepalive_requests 1000000;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
      split_clients $request_id $code { 10% 404; 5% 418; 5% 429; 10% 503; * 200; }
      server {
        listen 127.0.0.1:${ports[1]};
        listen 127.0.0.1:${ports[2]} http2;
        location /nothing { return 404; }
        location /ready { access_log off; return 200; }
        location /mixed { ${mixed} return 200 "hello"; }
        location /scraped { ${mixed} return 200 "hello"; }
        location / { return 404; }
      }
    }`;
}
