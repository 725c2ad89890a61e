import { expect, test } from 'vitest';
import { createFeed } from '../../../src/compose/services.ts';
import { OK } from '../../../src/shared/outcome.ts';
import { buildJob, buildResult, buildSnapshot, request } from '../../snapshot-builder.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { FakeResponse } from '../agent/live/fake-response.ts';
import { statusAt } from '../agent/statuses.ts';

const JOBS = 50;

test('the report for an open page is made in turns of the event loop: two for each job', async () => {
  // Loaded before, since the turns of loading would count.
  await import('../../../src/reports/html/html.ts');
  const status = await statusAt(1, []);
  const feed = await createFeed(
    9095,
    () => status,
    () => [],
    { clock: new VirtualClock() },
  );
  const run = feed?.follow({
    runId: 'run-1',
    workload: 'shop',
    thresholds: { standings: [] },
    waits: () => [],
    system: () => ({ sources: [], phases: [] }),
  });
  run?.begin(buildSnapshot([]), () => ({}));
  const page = new FakeResponse();
  feed?.connect(page.response, undefined, true);
  const jobs = Array.from({ length: JOBS }, (_, number) =>
    buildJob({ name: `job-${number}`, record: (recorder) => request(recorder, OK, 1) }),
  );
  run?.end(buildResult(jobs));
  let turns = 0;
  while (page.dataOf('report').length === 0) {
    await new Promise((resolve) => setImmediate(resolve));
    turns++;
  }
  expect(turns).toBeGreaterThanOrEqual(2 * JOBS);
  expect(String(page.dataOf('report')[0]?.['html'])).toContain(`job-${JOBS - 1}`);
  await feed?.close();
});
