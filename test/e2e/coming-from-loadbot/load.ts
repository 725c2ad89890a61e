import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { parseExposition, type ParsedSample } from '../../exposition-parser.ts';
import { plan } from '../../unit/workload/planning.ts';
import { loadbot, runWorkload, workloadFile } from '../agent.ts';
import type { LiveAgent } from './commands.ts';
import { type Check, onMongodb } from './row.ts';

const SHOP = {
  connection_string: 'embedded:',
  jobs: [{ name: 'fill', type: 'write', collection: 'c', operations: 40 }],
};

/** Everything that a run pushes, as VictoriaMetrics takes it. */
async function pushedBy(workload: object): Promise<readonly ParsedSample[]> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      bodies.push((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString());
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/api/v1/import/prometheus`;
    const { status } = await loadbot(['run', workloadFile(workload), '-n', 'a1', '--metrics_export_url', url]);
    expect(status).toBe(0);
  } finally {
    server.close();
  }
  return bodies.flatMap((text) => parseExposition(text)).flatMap(({ samples }) => samples);
}

/** Rows about load and metrics, by their first cell. */
export function loadRows(agent: () => LiveAgent): Readonly<Record<string, Check>> {
  return {
    'without `timeout` a request has no limit': async () => {
      expect((await plan(onMongodb({}))).jobs).toMatchObject([{ timeoutMs: 30_000 }]);
    },
    '`drop_collection` without `operations` goes on for ever': async () => {
      expect((await plan(onMongodb({ type: 'drop_collection' }))).jobs).toMatchObject([{ operations: 1 }]);
    },
    'workers share a pool of twice as many connections': async () => {
      // That the driver's pool has a connection for each worker is a test of the driver on a real server.
      expect((await plan(onMongodb({ connections: 9 }))).jobs).toMatchObject([{ connections: 9 }]);
    },
    'a read that finds nothing is an error': async () => {
      const { result } = await runWorkload({
        connection_string: 'embedded:',
        jobs: [{ name: 'r', type: 'read', schema: 's', operations: 9 }],
        schemas: [{ name: 's', collection: 'empty', existing: 9, schema: {} }],
      });
      expect(result.jobs).toMatchObject([{ miss: 9, errors: 0, ok: 0 }]);
    },
    'agents of one database divide `pace` among themselves': async () => {
      const made = await plan(onMongodb({ pace: 10_000 }));
      expect(made.jobs).toMatchObject([{ pacing: { segments: [{ toRate: 10_000 }] } }]);
    },
    'the control port is open to the network and takes gRPC': async () => {
      expect(agent().log()).toMatch(/control: http:\/\/127\.0\.0\.1:\d+\/status \(loopback only/);
      const answer = await fetch(`http://${agent().uri}/status`);
      expect(await answer.json()).toMatchObject({ agent: 'alone' });
    },
    'the metrics port is open to the network': async () => {
      expect(agent().log()).toMatch(
        /metrics: http:\/\/127\.0\.0\.1:\d+\/metrics \(loopback only; --metrics_export_host 0\.0\.0\.0 opens it\)/,
      );
    },
    '`requests_duration_seconds` is a summary': async () => {
      expect((await loadbot(['start', workloadFile(SHOP), '-p', '-u', agent().uri])).status).toBe(0);
      const families = parseExposition(await (await fetch(agent().metricsUrl)).text());
      const family = families.find(({ name }) => name === 'requests_duration_seconds');
      expect(family?.type).toBe('histogram');
      expect(family?.samples.map(({ name }) => name)).toContain('requests_duration_seconds_bucket');
    },
    'pushed series have the label `instance`, the name of the agent': async () => {
      const counts = (await pushedBy(SHOP)).filter(({ name }) => name === 'requests_total');
      expect(counts.length).toBeGreaterThan(0);
      for (const { labels } of counts) expect(labels).toMatchObject({ instance: 'a1', agent: 'a1', job: 'fill' });
      expect(Math.max(...counts.map(({ value }) => value))).toBe(40);
    },
  };
}
