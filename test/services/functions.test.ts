import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadbot, runWorkload, scratchFile, workloadFile } from '../e2e/agent.ts';
import { describeWithServices } from './binary.ts';
import { REDIS, startRedis } from './redis.ts';

describeWithServices('functions with a target that is not HTTP', [REDIS], () => {
  test('compute parts of commands in steps, and check replies', async () => {
    const server = await startRedis();
    const module = scratchFile('mjs');
    writeFileSync(
      module,
      `
      export const draw = ({ random, vars }) => ({ key: 'k' + vars.half, step: 1 + Math.floor(random() * 3) });
      export const reads_body = true;
      export function after_response(response, { step, captures, metric }) {
        if (step === 'count' && response.json() < captures.draw.step) return 'too low';
        if (step === 'count') metric('steps_total', captures.draw.step);
        if (step === 'other') return 'never';
      }`,
    );
    try {
      const workload = {
        connection_string: server.url,
        functions: module,
        custom_metrics: { steps_total: { type: 'counter' } },
        jobs: [
          {
            name: 's',
            type: 'scenario',
            connections: 4,
            operations: 60,
            on_error: 'continue',
            variables: { half: '#int(0,1)' },
            steps: [
              { function: 'draw' },
              { name: 'count', type: 'update', command: 'INCRBY #draw.key #draw.step' },
              { name: 'other', type: 'read', command: ['GET', '#draw.key'] },
            ],
          },
        ],
      };
      const { stderr, result } = await runWorkload(workload, ['--allow_functions']);
      const { jobs } = result;
      const row = (step: string | null) => jobs.find((job) => job.step === step);
      expect(row('count'), stderr).toMatchObject({ ok: 60, errors: 0 });
      expect(row('other')).toMatchObject({ ok: 0, failed_checks: { after_response: 60 } });
      const total = row(null)?.metrics['steps_total']?.total ?? 0;
      const counted = (await server.ask('MGET', 'k0', 'k1')) as readonly string[];
      expect(counted.map(Number).reduce((sum, count) => sum + count)).toBe(total);
      expect(total).toBeGreaterThan(60);
      expect(total).toBeLessThan(180);
    } finally {
      await server.stop();
    }
  });

  test('cannot change its requests, which validate refuses with a reason', async () => {
    const module = scratchFile('mjs');
    writeFileSync(module, 'export const before_request = () => {};');
    const job = { name: 'r', type: 'read', command: 'PING', operations: 1 };
    const file = workloadFile({ connection_string: 'redis://127.0.0.1:1', functions: module, jobs: [job] });
    const { status, stderr } = await loadbot(['validate', file, '--allow_functions']);
    expect([status, stderr]).toEqual([104, expect.stringContaining('prepared before they are sent')]);
  });
});
