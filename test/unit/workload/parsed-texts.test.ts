import { Session } from 'node:inspector/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EXISTING_DOCUMENTS } from '../../existing-documents.ts';
import { line, load, problemsOf } from './loading.ts';
import { plan } from './planning.ts';

/** A workload with texts of all kinds, each of them once. */
const WORKLOAD = {
  connection_string: 'http://127.0.0.1:8080',
  targets: { auth: 'http://127.0.0.1:8081' },
  agent: {
    metrics_export_url: 'http://${HOST}:8428/api/v1/import/prometheus',
    metrics_export_targets: [{ url: 'http://u:p@127.0.0.1:9091/metrics/job/a' }],
    grafana: { url: 'http://127.0.0.1:3000/?orgId=2', token: 't' },
  },
  sources: [{ name: 'db', url: 'http://127.0.0.1:9187/metrics', interval: '2s', timeout: '300ms' }],
  phases: { backup: 'backups == 1' },
  abort_when: { condition: 'node_load1 > 8', for: '10s' },
  thresholds: [
    'error_rate < 1%',
    { check: 'increase(failures) == 0' },
    { prometheus: 'http://127.0.0.1:9090', query: 'up', expect: '== 1', timeout: '7s' },
  ],
  schemas: [EXISTING_DOCUMENTS],
  jobs: [
    {
      type: 'read',
      collection: 'c',
      duration: '31s',
      timeout: '4s',
      pace: '10/s',
      thresholds: ['count > 5'],
      wait_for: { condition: 'queue < 1', timeout: '6m', for: '3s' },
      http: { target: 'auth', proxy: 'http://127.0.0.1:3128' },
    },
  ],
};

/** Parsers, and the number of texts of the workload that each has to parse. */
const EXPECTED = {
  parseConnectionString: 2,
  parseHttpUrl: 8, // the two connection strings, two push targets, Grafana, the source, Prometheus and the proxy
  parseServerUrl: 4,
  parsePushUrl: 1,
  parseGrafanaUrl: 1,
  parseCheck: 3,
  parseExpectation: 1,
  parseCondition: 3,
  parseDuration: 8,
  parseRate: 1,
};

/** Calls of functions of `src` during `run`, by name, as V8 counts them. */
async function callsDuring(run: () => Promise<unknown>): Promise<ReadonlyMap<string, number>> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    await session.post('Profiler.takePreciseCoverage'); // starts the counts at 0
    await run();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const calls = new Map<string, number>();
    for (const { functions } of result.filter(({ url }) => url.includes('/src/'))) {
      for (const { functionName: name, ranges } of functions) {
        calls.set(name, (calls.get(name) ?? 0) + (ranges[0]?.count ?? 0));
      }
    }
    return calls;
  } finally {
    session.disconnect();
  }
}

test('parses each text of a workload once, from the file to the plan', async () => {
  const env = { HOST: '127.0.0.1' };
  const calls = await callsDuring(() => plan(WORKLOAD, { env }));
  const counts = Object.fromEntries(Object.keys(EXPECTED).map((name) => [name, calls.get(name) ?? 0]));
  expect(counts).toEqual(EXPECTED);
});

test('parses the texts of a file with other errors once, and reports all errors', async () => {
  const [job] = WORKLOAD.jobs;
  const text = JSON.stringify({
    ...WORKLOAD,
    threads: 0,
    phases: { backup: 'backups{source="dx"} == 1', unknown: 'up ==' },
    jobs: [{ ...job, unknown: 1, wait_for: { condition: 'increase(queue[9m]) < 1', timeout: '6m', for: '7m' } }],
  });
  let problems: readonly string[] = [];
  const env = { HOST: '127.0.0.1' };
  const calls = await callsDuring(async () => {
    problems = (await problemsOf(text, { env })).map((one) => line(one).replace(/^\S+ /, ''));
  });
  expect(problems.map((problem) => problem.replace(/:.*/s, ''))).toEqual([
    'phases.backup',
    'phases.unknown',
    'jobs[0].wait_for.condition',
    'jobs[0].wait_for.for',
    'jobs[0].unknown',
    'threads',
  ]);
  expect(calls.get('parseCondition')).toBe(4);
  expect(calls.get('parseCheck')).toBe(3);
});

test('keeps a value for each text: the file has no text left that the plan would parse', async () => {
  const { file } = await load(JSON.stringify(WORKLOAD), { env: { HOST: '127.0.0.1' } });
  expect(file.connection_string).toMatchObject({ target: { driver: 'http', url: 'http://127.0.0.1:8080' } });
  expect(file.agent?.metrics_export_url).toEqual({
    url: 'http://127.0.0.1:8428/api/v1/import/prometheus',
    headers: {},
  });
  expect(file.agent?.grafana?.url).toEqual({ url: 'http://127.0.0.1:3000', headers: {}, orgId: '2' });
  expect(file.sources?.[0]).toMatchObject({ url: { headers: {} }, interval: 2000, timeout: 300 });
  expect(file.thresholds?.[0]).toMatchObject({ kind: 'recorded', limit: 0.01 });
});

/** Parsers of texts of a workload, and the only files of `src/workload` that import or define them. */
const PARSER_FILES: Readonly<Record<string, readonly string[]>> = {
  parseCondition: ['features/conditions.ts'],
  parseCheck: ['features/thresholds/expression.ts', 'features/thresholds/schema.ts'],
  parseExpectation: ['features/thresholds/expression.ts', 'features/thresholds/schema.ts'],
  parseConnectionString: ['features/connection-string.ts'],
  parseDuration: ['features/thresholds/expression.ts', 'values.ts'],
  parseHttpUrl: [
    'features/connection-string.ts',
    'features/connection.ts',
    'features/grafana.ts',
    'features/server.ts',
    'http-url.ts',
  ],
};

test('only the schema of a field calls the parser of its text', () => {
  const folder = new URL('../../../src/workload/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const texts = files.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')] as const);
  for (const [parser, expected] of Object.entries(PARSER_FILES)) {
    const found = texts.filter(([, text]) => new RegExp(`\\b${parser}\\b(?! also)`).test(withoutComments(text)));
    expect(found.map(([name]) => name).toSorted(), parser).toEqual(expected);
  }
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*\*[\s\S]*?\*\/|\/\/.*/g, '');
}
