import { AxiosError } from 'axios';
import { describe, expect, it } from 'vitest';
import type { StatusDocument } from '../../../src/agent/status-document.ts';
import { followRun } from '../../../src/cli/follow-run.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';
import { buildJob } from '../../snapshot-builder.ts';
import { passSettled } from '../../settle.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { FakeRun, readsAt, statusAt } from '../agent/statuses.ts';

const GONE = new LoadbotError('agent_unreachable', 'gone', { cause: new AxiosError('refused', 'ECONNREFUSED') });
const SLOW = new LoadbotError('agent_unreachable', 'slow');

/** Follows a run whose statuses come one a second; returns the lines and when each came. */
async function follow(answers: readonly (StatusDocument | LoadbotError)[]) {
  const clock = new VirtualClock();
  const lines: string[] = [];
  let asked = 0;
  const status = async (): Promise<StatusDocument> => {
    const answer = answers[asked++];
    if (answer === undefined || answer instanceof Error) throw answer;
    return answer;
  };
  let failure: unknown;
  const followed = followRun(
    { status },
    { clock, everyMs: 1000, write: (line) => lines.push(`${clock.nowMs() / 1000}s ${line}`) },
  );
  const ended = followed.catch((error: unknown) => (failure = error));
  await passSettled(clock, (answers.length - 1) * 1000, 500);
  await ended;
  return { lines, failure, asked };
}

const later = (status: 'pending' | 'canceled') => buildJob({ name: 'later', status, elapsedMs: 0 });
const HEAD = '0s run uuid-2 of shop against http://127.0.0.1:8080/api, agent agent-1';
const OVER = 'the run is over; its summary is where it was started';

describe('followRun', () => {
  it('prints a line per second for running jobs, one for finished jobs, none for jobs that never started', async () => {
    const stopping = new FakeRun();
    stopping.stop();
    const { lines, failure } = await follow([
      await statusAt(1, [readsAt(1), later('pending')]),
      await statusAt(2, [readsAt(2), later('pending')]),
      await statusAt(3, [readsAt(3), later('pending')], stopping),
      await statusAt(4, [readsAt(3, { status: 'canceled' }), later('canceled')], stopping),
      await statusAt(5, [readsAt(3, { status: 'canceled' }), later('canceled')], stopping),
      GONE,
    ]);
    expect(failure).toBeUndefined();
    expect(lines).toEqual([
      HEAD,
      '0s reads: 1% (1.0s / 1m00s), 1,000 requests, 1,000/s, p50 3.00ms, p99 3.00ms, 1 error',
      '1s reads: 3% (2.0s / 1m00s), 2,000 requests, 1,000/s, p50 3.00ms, p99 3.00ms, 1 error',
      '2s reads: 5% (3.0s / 1m00s), 3,000 requests, 1,000/s, p50 3.00ms, p99 3.00ms, 1 error',
      '2s stopping',
      '3s reads: canceled, 3,000 requests, 1,000/s, p50 3.00ms, p99 3.00ms, 1 error',
      `5s ${OVER}`,
    ]);
  });

  it('ends when another run replaces it', async () => {
    const other = { ...(await statusAt(0, [])), run_id: 'another' };
    expect((await follow([await statusAt(1, []), other])).lines).toEqual([HEAD, `1s ${OVER}`]);
  });

  it('fails without an agent, or with one that stops responding', async () => {
    expect(await follow([GONE])).toMatchObject({ failure: GONE, lines: [] });
    expect(await follow([await statusAt(1, []), SLOW])).toMatchObject({ failure: SLOW, lines: [HEAD] });
  });
});
