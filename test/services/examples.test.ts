import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Agent, readResult, scratchFile } from '../e2e/agent.ts';
import { prioritizeProcesses } from '../e2e/cpu-priority.ts';
import { describeWithServices, PROMETHEUS, VICTORIA_METRICS } from './binary.ts';
import { startPrometheus } from './prometheus.ts';
import type { QueryApi } from './query-api.ts';
import { eventually, freePort } from './service.ts';
import { startVictoriaMetrics } from './victoria-metrics.ts';

// The examples have a pace and a duration: on a busy machine they would send less.
prioritizeProcesses();

/** An example's file, as it stands but for its ports, which may be taken here. */
function exampleText(path: string, ports: Readonly<Record<number, string>>): string {
  const text = readFileSync(fileURLToPath(new URL(`../../examples/${path}`, import.meta.url)), 'utf8');
  return Object.entries(ports).reduce((moved, [port, instead]) => {
    expect(moved, path).toContain(port);
    return moved.replaceAll(port, instead);
  }, text);
}

/** Runs an example's workload to its end; returns its counts for each job. */
async function runExample(workload: string) {
  const file = scratchFile('jsonc');
  const out = scratchFile('result.json');
  writeFileSync(file, workload);
  const { status, stderr } = await new Agent(['run', file, '--out', out]).ended;
  // Notes, and the invalidity of a run, report other work on the machine.
  expect(stderr.replaceAll(/^.* WARN +(?:note|this run is invalid): .*$/gm, '')).not.toMatch(/warn/i);
  expect(status).toBe(0);
  return readResult(out).jobs;
}

/** The query of the first page of the documentation returns the value of the run's result, and so does its increase. */
async function expectSameNumbers(api: QueryApi, jobs: Awaited<ReturnType<typeof runExample>>): Promise<void> {
  expect(jobs.map(({ name }) => name)).toEqual(['workload 1', 'workload 2']);
  for (const { name, requests, errors } of jobs) {
    expect(requests).toBeGreaterThan(1000);
    const series = `{job="${name}", agent="186.12.9.19"}`;
    const query = `last_over_time(requests_total${series}[1m])`;
    await eventually(async () => ((await api.value(query)) === requests ? true : undefined));
    expect(await api.value(`last_over_time(requests_error${series}[1m])`)).toBe(errors);
    expect(await api.value(`last_over_time(requests_response_seconds_count${series}[1m])`)).toBe(requests);
    const increase = (await api.value(`increase(requests_total${series}[1m])`)) ?? 0;
    expect(increase / requests).toBeGreaterThan(0.999);
    expect(increase / requests).toBeLessThan(1.2);
  }
}

describeWithServices('examples/prometheus', [PROMETHEUS], () => {
  it('runs unchanged', async () => {
    const port = String(await freePort());
    const prometheus = await startPrometheus({
      configuration: exampleText('prometheus/prometheus.yml', { 9095: port }),
    });
    try {
      // It takes up to 5 s after its start until it scrapes at all.
      await eventually(async () => ((await prometheus.scrapeErrors()).size > 0 ? true : undefined));
      const jobs = await runExample(exampleText('prometheus/workload.jsonc', { 9095: port }));
      await expectSameNumbers(prometheus, jobs);
    } finally {
      await prometheus.stop();
    }
  });
});

describeWithServices('examples/victoriametrics', [VICTORIA_METRICS], () => {
  it('runs unchanged', async () => {
    const victoriaMetrics = await startVictoriaMetrics();
    try {
      const { port } = new URL(victoriaMetrics.origin);
      const jobs = await runExample(exampleText('victoriametrics/workload.jsonc', { 8428: port }));
      await victoriaMetrics.flush();
      await expectSameNumbers(victoriaMetrics, jobs);
    } finally {
      await victoriaMetrics.stop();
    }
  });
});
