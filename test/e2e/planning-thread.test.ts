import { expect, test } from 'vitest';
import { type RenderRequest, renderReport } from '../../src/agent/report-renderer.ts';
import { toResultDocument } from '../../src/reports/document/result-document.ts';
import { renderJson } from '../../src/reports/formats/json.ts';
import { buildJob, buildResult } from '../snapshot-builder.ts';
import type { createThreadRenderer } from '../../src/planning/render-in-thread.ts';
import type { ThreadPlanner } from '../../src/planning/plan-in-thread.ts';

const COMPILED: string = new URL('../../dist/planning/plan-in-thread.js', import.meta.url).href;
const { ThreadPlanner: Planner } = (await import(COMPILED)) as { readonly ThreadPlanner: typeof ThreadPlanner };
const settings = { overrides: {}, allowedFolders: undefined, env: { TOKEN: 'a' } };
const workload = (fields: object = {}) => ({
  text: JSON.stringify({ connection_string: 'embedded:', jobs: [{ type: 'sleep', duration: '1s' }], ...fields }),
  source: '/tmp/shop.json',
});

test('returns a complete plan with expanded variables', async () => {
  const planner = new Planner(settings);
  const http = { headers: { authorization: '${TOKEN}' } };
  const jobs = [{ type: 'write', collection: 'c', operations: 3, http }];
  const plan = await planner.plan(workload({ jobs }));
  expect(plan).toMatchObject({
    workload: 'shop',
    jobs: [{ operations: 3, http: { headers: { authorization: 'a' } } }],
  });
});

test('abandons a workload that takes too long', async () => {
  const planner = new Planner(settings, { timeoutMs: 1, heapMb: 512 });
  await expect(planner.check(workload())).rejects.toMatchObject({
    code: 'config_invalid',
    message: '/tmp/shop.json takes longer than 1.00ms to read',
  });
});

test('abandons a workload that needs too much memory, and plans the next one', async () => {
  const planner = new Planner(settings, { timeoutMs: 60_000, heapMb: 24 });
  const jobs = Array.from({ length: 9000 }, (_, index) => ({ type: 'sleep', duration: '1s', name: `j${index}` }));
  await expect(planner.check(workload({ jobs }))).rejects.toMatchObject({
    code: 'config_invalid',
    message: '/tmp/shop.json takes more than 24 MiB to read',
  });
  await planner.check(workload());
});

test('refuses workloads beyond a short queue', async () => {
  const planner = new Planner(settings);
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => planner.check(workload())));
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
  expect(refused.map(({ message }) => message)).toEqual(Array(2).fill('other workloads are being read'));
});

test('renders reports and comparisons as in this thread, and refuses a text that is not a result', async () => {
  const compiled: string = new URL('../../dist/planning/render-in-thread.js', import.meta.url).href;
  const { createThreadRenderer: create } = (await import(compiled)) as {
    readonly createThreadRenderer: typeof createThreadRenderer;
  };
  const render = create();
  const text = renderJson(toResultDocument(buildResult([buildJob({ name: 'reads' })])));
  const result = { run: 'a', text };
  const requests: readonly RenderRequest[] = [
    { kind: 'html', result },
    { kind: 'markdown', result },
    { kind: 'comparison', format: 'html', baseline: result, current: result },
  ];
  for (const request of requests) expect(await render(request)).toBe(await renderReport(request));
  await expect(render({ kind: 'html', result: { run: 'b', text: '{}' } })).rejects.toMatchObject({
    name: 'LoadbotError',
    code: 'config_invalid',
    message: expect.stringContaining('the result of run b') as string,
  });
});
