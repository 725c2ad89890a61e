import { formatCount, formatCountOf, formatDuration } from '../../shared/units.ts';
import type { CommandIo } from '../command-io.ts';
import {
  sendsRequests,
  type JobPlan,
  type Pacing,
  type Plan,
  type RequestJobPlan,
  type UserStage,
} from '../../plan/plan.ts';
import { withShortName } from '../url-flags.ts';
import { type InputFlags, openInput } from '../workload-input.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { adviseOn } from '../../workload/plan-advice.ts';
import { alignColumns } from '../../reports/terminal/text-width.ts';
import { listChecks } from '../check-listing.ts';
import { listParameters } from '../parameter-listing.ts';

export async function validateWorkload(file: string | undefined, given: InputFlags, io: CommandIo): Promise<void> {
  const flags = withShortName(file, given);
  const input = await openInput('validate', file, flags, io);
  const { workload, plan } = await input.plan(flags);
  if (plan.jobs.some(sendsRequests)) {
    const { checkConnection } = await import('../../compose/check-plan.ts');
    await checkConnection(plan);
  }
  if (flags.print_workload === true && input.text !== undefined) {
    io.stdout.write(input.text);
    return;
  }
  for (const text of adviseOn(plan)) io.stderr.write(`warning: ${sanitizeForTerminal(text)}\n`);
  const where = workload.environment === undefined ? '' : ` in the environment ${workload.environment}`;
  const jobs = `${formatCountOf(plan.jobs.length, 'job')}${where}`;
  io.stdout.write(
    `${[`ok: ${workload.source}: ${jobs}`, ...listPlan(plan), ...listParameters(workload.parameters)].join('\n')}\n`,
  );
}

/**
 * A plan for people, one line a job: its step, name, type, connections, pace and limits. Jobs of one step run at the
 * same time. Below them gates and thresholds.
 */
export function listPlan(plan: Plan): string[] {
  const threads = `${plan.threads} thread${plan.threads === 1 ? '' : 's'}`;
  const rows = plan.steps.flatMap((step, index) =>
    step.map((job, place) => [
      `${index + 1}${step.length > 1 ? String.fromCodePoint(LETTER_A + (place % 26)) : ''}`,
      ...describeJob(plan.jobs[job]),
    ]),
  );
  return [
    `target ${sanitizeForTerminal(plan.target.url)}, ${threads}, agent ${sanitizeForTerminal(plan.agent)}, ${describeSeed(plan)}`,
    ...alignColumns(rows),
    ...listChecks(plan),
  ];
}

/** A random seed belongs to this plan only: a run draws another one. */
function describeSeed({ seed, isSeedGiven }: Plan): string {
  return isSeedGiven ? `seed ${seed}` : 'a new seed each run';
}

const LETTER_A = 97;

function describeJob(job: JobPlan | undefined): string[] {
  if (job === undefined) return [];
  const name = sanitizeForTerminal(job.name);
  if (!sendsRequests(job)) return [name, job.type, '', '', `for ${formatDuration(job.durationMs)}`];
  const { connections } = job;
  return [
    name,
    job.type,
    `${formatCount(connections)} connection${connections === 1 ? '' : 's'}`,
    job.users === undefined ? describePacing(job.pacing) : describeUsers(job.users),
    describeLimits(job),
  ];
}

function describePacing(pacing: Pacing): string {
  if (pacing.kind === 'unlimited') return 'no pace';
  if (pacing.kind === 'recorded') return describeSpeed(pacing.speed);
  const paces = pacing.segments.map(({ durationMs, toRate }) =>
    durationMs === 0 ? formatPace(toRate) : `${formatPace(toRate)} in ${formatDuration(durationMs)}`,
  );
  return paces.join(', then ');
}

function describeSpeed(speed: number): string {
  return speed === 1 ? 'recorded times' : `recorded times, at speed ${speed}`;
}

function describeUsers(stages: readonly UserStage[]): string {
  const ramps = stages.map(({ durationMs, toUsers }) =>
    durationMs === 0 ? formatCount(toUsers) : `${formatCount(toUsers)} in ${formatDuration(durationMs)}`,
  );
  return `users: ${ramps.join(', then ')}`;
}

/** Exact where it can be: 500/s, 0.5/s. */
function formatPace(perSecond: number): string {
  return `${perSecond.toLocaleString('en-US', { maximumSignificantDigits: 6 })}/s`;
}

function describeLimits({ durationMs, operations, warmUpMs }: RequestJobPlan): string {
  const limits = [
    ...(durationMs === Infinity ? [] : [`for ${formatDuration(durationMs)}`]),
    ...(operations === Infinity ? [] : [`${formatCount(operations)} operation${operations === 1 ? '' : 's'}`]),
  ];
  const limit = limits.length === 0 ? 'until stopped' : limits.join(' or ');
  return warmUpMs === 0 ? limit : `${limit}, after ${formatDuration(warmUpMs)} of warm-up`;
}
