import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scratchFile } from '../e2e/agent.ts';
import { createMetricsRegistry } from '../../src/metrics/metrics-registry.ts';
import { formatText } from '../../src/metrics/text.ts';
import { buildJob, buildSnapshot } from '../snapshot-builder.ts';
import { registryOptions } from '../registry-options.ts';
import { describeWithServices, findBinary, PROMTOOL } from './binary.ts';
import { HOSTILE_NAMES } from './hostile-names.ts';

/** The queries of the documentation, each as a rule. */
function documentedRules(): string {
  const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const section = /^## Useful queries$(.*?)^## /ms.exec(page)?.[1] ?? '';
  const rules = [...section.matchAll(/^ {4}(.*)$/gm)].map(([, expr], index) => ({ record: `query_${index}`, expr }));
  expect(rules.length).toBeGreaterThan(8);
  return JSON.stringify({ groups: [{ name: 'documentation', rules }] }); // JSON is YAML
}

describeWithServices('promtool checks the metrics', [PROMTOOL], () => {
  it('reports only the name chosen by the user', async () => {
    const registry = createMetricsRegistry(registryOptions({ goCompat: true }));
    const jobs = HOSTILE_NAMES.map((name) => {
      const job = buildJob({ name, paced: true, recordWarmUp: () => {} });
      return Object.assign(job, { phases: [{ name, inside: job.measured }] });
    });
    const text = formatText(await registry.collect([buildSnapshot(jobs)]), { timestamps: false });
    const { stdout, stderr } = spawnSync(findBinary('promtool') ?? '', ['check', 'metrics'], { input: text });
    expect(`${stdout.toString()}${stderr.toString()}`.trim()).toBe(
      'requests_error counter metrics should have "_total" suffix',
    );
  });

  it('parses the queries of the documentation', () => {
    const file = scratchFile('yml');
    writeFileSync(file, documentedRules());
    const { stdout, stderr } = spawnSync(findBinary('promtool') ?? '', ['check', 'rules', file]);
    expect(`${stdout.toString()}${stderr.toString()}`).toContain('SUCCESS');
  });
});
