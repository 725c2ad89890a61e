import { type ControlClient, hasExited } from '../agent/control-client.ts';
import type { RunStatus, StatusDocument } from '../agent/status-document.ts';
import type { Clock } from '../shared/clock.ts';
import { listNewWaits } from './check-listing.ts';
import { describeEnd, describeJob, describeRun, listFindings, listStatus } from './status-listing.ts';

/** How a run is followed. */
export interface Following {
  readonly clock: Clock;
  /** Milliseconds between two status requests to the agent. */
  readonly everyMs: number;
  /** Takes one line without its newline. */
  readonly write: (line: string) => void;
}

type JobStatusDocument = RunStatus['jobs'][number];

/**
 * Writes a line every `everyMs` for each running job, and one for each that has ended since, until the run ends.
 * @throws {LoadbotError} `agent_unreachable` when no agent answers at the beginning, or it stops answering without
 * having ended
 * @param started the run, if it was just started: it may end before the first request
 * @returns the exit status of the run; `undefined` if its agent has exited, or no run goes on
 */
export async function followRun(
  client: Pick<ControlClient, 'status'>,
  { clock, everyMs, write }: Following,
  started?: StatusDocument,
): Promise<number | undefined> {
  let before = started ?? (await client.status());
  const runId = before.run_id;
  if (runId === null) {
    for (const line of listStatus(before)) write(line);
    return undefined;
  }
  write(describeRun(before));
  for (const job of before.jobs.filter(isRunning)) write(describeJob(job, undefined));
  for (const line of [...listNewWaits(undefined, before), ...listFindings(undefined, before)]) write(line);
  for (;;) {
    await new Promise<void>((resolve) => void clock.after(everyMs, resolve));
    const now = await statusUnlessGone(client);
    // Another run may have taken the port meanwhile.
    if (now?.run_id !== runId) {
      const last = now?.last_run;
      if (last?.run_id === runId) {
        write(describeEnd(last));
        return last.exit_status;
      }
      write('the run is over; its summary is where it was started');
      return undefined;
    }
    for (const line of [...listNewWaits(before, now), ...listFindings(before, now), ...linesSince(before, now)])
      write(line);
    before = now;
  }
}

async function statusUnlessGone(client: Pick<ControlClient, 'status'>): Promise<StatusDocument | undefined> {
  try {
    return await client.status();
  } catch (error) {
    if (hasExited(error)) return undefined;
    throw error;
  }
}

function linesSince(before: StatusDocument, now: StatusDocument): string[] {
  const lines = now.jobs.flatMap((job) => {
    const was = before.jobs.find(({ uuid }) => uuid === job.uuid);
    if (isRunning(job)) return describeJob(job, was);
    // An ended job is written once, with its totals; a job canceled before its start is not written.
    return was?.status !== job.status && job.started > 0 ? describeJob(job, undefined) : [];
  });
  return now.state === before.state ? lines : [...lines, now.state];
}

function isRunning({ status }: JobStatusDocument): boolean {
  return status === 'warm_up' || status === 'in_progress';
}
