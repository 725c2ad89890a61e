import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { problemsOf, runWithFaults } from './faulty-run.ts';

/**
 * `LOADBOT_FLEET_AGENTS=1000 LOADBOT_FLEET_SEEDS=1000` is the whole, about an hour of processor time with
 * `NODE_OPTIONS=--max-semi-space-size=256`; the default takes seconds. `LOADBOT_FLEET_LOG` is a file that gets a line with
 * the faults and the result of each seed.
 */
const AGENTS = Number(process.env['LOADBOT_FLEET_AGENTS'] ?? 20);
const SEEDS = Number(process.env['LOADBOT_FLEET_SEEDS'] ?? 10);
const FIRST_SEED = Number(process.env['LOADBOT_FLEET_FIRST_SEED'] ?? 1);
const LOG = process.env['LOADBOT_FLEET_LOG'];

test.each(Array.from({ length: SEEDS }, (_, index) => FIRST_SEED + index))(
  'with the faults of seed %i, recorded and unreported requests are all that were sent',
  async (seed) => {
    const run = await runWithFaults(seed, AGENTS);
    const problems = problemsOf(run);
    if (LOG !== undefined) appendFileSync(LOG, `${JSON.stringify({ seed, problems, ...run })}\n`);
    expect(problems, JSON.stringify(run)).toEqual([]);
    expect(run.sent).toBeGreaterThan(10 * AGENTS);
    // Each kind of fault occurred.
    const { lost, duplicated } = run.messages;
    expect(run.lossReasons).toContain('was restarted');
    if (run.killed.length > 1) expect(run.lossReasons).toContain('is no longer on the bus');
    for (const count of [lost, duplicated, run.sentOfKilled, run.faults.restarts]) expect(count).toBeGreaterThan(0);
  },
);

test('a request that is neither recorded nor unreported, and an agent that is lost without a fault, are found', async () => {
  const run = await runWithFaults(FIRST_SEED, 20);
  expect(problemsOf({ ...run, recorded: run.sent - run.unreported - 1 }).join()).toMatch(/requests are missing/);
  expect(problemsOf({ ...run, recorded: run.sent + 1 }).join()).toMatch(/requests are recorded, \d+ were sent/);
  expect(problemsOf({ ...run, lost: [...run.lost, 'other'] })).toEqual(['other is lost without a fault of its own']);
  expect(problemsOf({ ...run, sentOfRestarted: 1 })).toEqual(['a process that was started again sent 1 requests']);
});
