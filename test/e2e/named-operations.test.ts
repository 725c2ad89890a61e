import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Agent, loadbot, runWorkload, scratchFile, workloadFile } from './agent.ts';
import { CountingServer } from './counting-server.ts';

const SHOP = {
  name: 'shop',
  type: 'mixed',
  connections: 4,
  mixed: [
    { name: 'search', type: 'read', weight: 6, http: { path: '/search?q=#int(1,9)' } },
    { name: 'product', type: 'read', weight: 3, http: { path: '/missing/product' } },
    { type: 'read', weight: 1, http: { path: '/other' } },
  ],
};

async function startShop(): Promise<CountingServer> {
  const server = await CountingServer.start();
  onTestFinished(() => server.stop());
  return server;
}

/** Requests that the server received, by the first part of their path. */
function countsByPath(server: CountingServer): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { url } of server.received) {
    const [path = ''] = /^\/\w+/.exec(url) ?? [];
    counts[path] = (counts[path] ?? 0) + 1;
  }
  return counts;
}

test('named operations have separate numbers in result, CSV, summary and thresholds', async () => {
  const server = await startShop();
  const csv = scratchFile('csv');
  const out = scratchFile('json');
  const { status, stdout, result } = await runWorkload(
    {
      connection_string: `http://${server.host}`,
      threads: 2,
      jobs: [
        {
          ...SHOP,
          operations: 1000,
          thresholds: [
            { check: 'error_rate < 1%', step: 'search' },
            { check: 'count == 300', step: 'product' },
            { check: 'errors == 0', step: 'product' },
          ],
        },
      ],
    },
    ['--report', `csv=${csv},json=${out}`],
  );
  expect(status).toBe(99);
  expect(countsByPath(server)).toEqual({ '/search': 600, '/missing': 300, '/other': 100 });
  expect(result.jobs.map(({ name, type, step, requests, errors }) => [name, type, step, requests, errors])).toEqual([
    ['shop', 'read', 'search', 600, 0],
    ['shop', 'read', 'product', 300, 300],
    ['shop', 'read', null, 100, 0],
  ]);
  expect(result.thresholds.map(({ step, value, ok }) => [step, value, ok])).toEqual([
    ['search', 0, true],
    ['product', 300, true],
    ['product', 300, false],
  ]);
  for (const title of ['shop · search', 'shop · product']) expect(stdout).toContain(title);
  expect(stdout).toMatch(/✗ shop · product +errors == 0/);
  const [header = '', ...rows] = readFileSync(csv, 'utf8').trim().split('\r\n');
  const column = header.split(',').indexOf('step');
  expect(rows.map((row) => row.split(',')[column])).toEqual(['search', 'product', '']);

  const compared = await loadbot(['compare', out, out]);
  expect(compared.stdout).toMatch(/shop · search +read +rate/);
});

test('the metrics of a named operation have the label `step`, others do not', async () => {
  const server = await startShop();
  const agent = new Agent([
    'run',
    workloadFile({
      connection_string: `http://${server.host}`,
      jobs: [
        { ...SHOP, operations: 100 },
        { name: 'pause', type: 'sleep', duration: '10m' },
      ],
    }),
    '--metrics_export_port',
    '0',
  ]);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const [, url = ''] = await agent.sees(/metrics: (http:\S+)/);
  await agent.sees(/shop · search: completed/);
  const scraped = await (await fetch(url)).text();
  const counted = [...scraped.matchAll(/^requests_total\{(.*)\} (\d+)$/gm)].map(([, labels = '', value]) => [
    /step="(\w+)"/.exec(labels)?.[1],
    Number(value),
  ]);
  expect(counted).toEqual([
    ['search', 60],
    ['product', 30],
    [undefined, 10],
  ]);
  expect(scraped).toMatch(
    /^jobs_total\{job="shop",job_uuid="[^"]+",job_type="mixed",agent="[^"]+",status="completed"\} 1$/m,
  );
});

test('reports duplicate names of operations, and thresholds on unknown names, with positions', async () => {
  const [search, product] = SHOP.mixed;
  const file = workloadFile({
    connection_string: 'http://127.0.0.1:1',
    jobs: [
      {
        ...SHOP,
        mixed: [search, product, search],
        operations: 1,
        thresholds: [{ check: 'errors == 0', step: 'serach' }],
      },
    ],
  });
  const { status, stderr } = await loadbot(['validate', file]);
  expect(status).toBe(104);
  expect(stderr).toMatch(/jobs\[0\]\.mixed\[2\]\.name +is the name of an earlier operation of this job/);
  const known = workloadFile({
    connection_string: 'http://127.0.0.1:1',
    jobs: [{ ...SHOP, operations: 1, thresholds: [{ check: 'errors == 0', step: 'serach' }] }],
  });
  const unknown = await loadbot(['validate', known]);
  expect(unknown.status).toBe(104);
  expect(unknown.stderr).toMatch(/jobs\[0\]\.thresholds\[0\]\.step +no operation of shop is called "serach"/);
  expect(unknown.stderr).toContain('did you mean `search`?');
});
