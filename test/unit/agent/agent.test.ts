import { expect, test } from 'vitest';
import { Agent } from '../../../src/agent/agent.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { VirtualClock } from '../../virtual-clock.ts';

test('does not start a run whose workload is still being planned at shutdown', async () => {
  let planned: (plan: Plan) => void = () => {};
  let opened = 0;
  const agent = new Agent({
    name: 'a',
    plan: () => new Promise((resolve) => (planned = resolve)),
    check: () => Promise.resolve(),
    open: () => {
      opened++;
      return Promise.reject(new Error('opened'));
    },
    reports: () => [],
    clock: new VirtualClock(),
    log: { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} },
    build: { version: '0.0.0', commit: '', builtAt: '' },
    debug: { on: false },
  });
  const started = agent.start({ text: '', source: 'stdin' });
  await agent.retire();
  planned({} as Plan);
  await expect(started).rejects.toMatchObject({ code: 'agent_busy' });
  expect(opened).toBe(0);
});
