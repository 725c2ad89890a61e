import { expect, test } from 'vitest';
import { LOOPBACK_ACCESS } from '../../../src/agent/control/access.ts';
import { withOpenApi } from '../../../src/agent/control/openapi.ts';
import { createAgentRoutes } from '../../../src/agent/agent-routes.ts';
import { renderReport } from '../../../src/agent/report-renderer.ts';
import { MemoryStorage } from '../../../src/run-store/memory-storage.ts';
import { RunStore } from '../../../src/run-store/run-store.ts';
import { buildJob, buildResult } from '../../snapshot-builder.ts';
import { ask, serve } from './control/requests.ts';
import { testAgent } from './test-agent.ts';

async function served() {
  const store = new RunStore(new MemoryStorage(), { runs: 5, bytes: 1e9 });
  const url = await serve(withOpenApi(createAgentRoutes(testAgent(), store, renderReport)), LOOPBACK_ACCESS);
  return { store, get: (path: string) => ask(url + path) };
}

const RESULT = buildResult([buildJob({ name: 'reads' })]);

test('past runs are listed, and each has a result, reports and comparisons', async () => {
  const { store, get } = await served();
  expect(JSON.parse((await get('/runs')).body)).toEqual({ runs: [] });
  expect((await get('/result')).status).toBe(404);
  await store.reporter().end(RESULT);
  const { runs } = JSON.parse((await get('/runs')).body) as { runs: unknown[] };
  expect(runs).toEqual([expect.objectContaining({ run_id: 'run-1', workload: 'shop', verdict: 'passed', file: null })]);
  expect(JSON.parse((await get('/runs/result?run=run-1')).body)).toMatchObject({ run_id: 'run-1', partial: false });
  // After a restart, the newest stored run is the last one.
  expect(JSON.parse((await get('/result')).body)).toMatchObject({ run_id: 'run-1' });

  const html = await get('/runs/report?run=latest');
  expect(html.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(html.headers['content-security-policy']).toBe('sandbox allow-scripts');
  expect(html.body).toMatch(/^<!doctype html>/i);
  expect((await get('/runs/report?run=latest&kind=markdown')).body).toMatch(/^## ✅ shop on /);
  const comparison = await get('/runs/comparison?baseline=run-1&current=latest');
  expect(JSON.parse(comparison.body)).toMatchObject({ kind: 'loadbot_comparison', regressions: 0 });
  const markdown = await get('/runs/comparison?baseline=run-1&current=latest&format=markdown');
  expect(markdown.body).toMatch(/^## ✅ no regression/);
  const page = await get('/runs/comparison?baseline=run-1&current=latest&format=html');
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.body).toContain('<h1>Comparison</h1>');
  const picture = await get('/runs/comparison?baseline=run-1&current=latest&format=svg');
  expect(picture.headers['content-type']).toBe('image/svg+xml');
});

test.each([
  ['/runs/result', 'the parameter run is missing'],
  ['/runs/result?run=nope', 'no past run nope'],
  ['/runs/report?run=run-1&kind=pdf', 'the parameter kind is one of summary, '],
  ['/runs/comparison?baseline=run-1', 'the parameter current is missing'],
  ['/runs/comparison?baseline=run-1&current=run-1&format=pdf', 'the parameter format is one of json, markdown'],
])('%s is refused', async (path, message) => {
  const { store, get } = await served();
  await store.reporter().end(RESULT);
  const { status, body } = await get(path);
  expect(status).toBe(400);
  expect((JSON.parse(body) as { error: string }).error).toContain(message);
});
