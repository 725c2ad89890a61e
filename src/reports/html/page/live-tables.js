import { formatElapsed, formatValue } from './format.js';
import { element } from './theme.js';
import { keyOfJob } from './live-run.js';

/** @import { LiveRun } from './live-run.js' */

/** @param {number | null | undefined} value @param {'seconds' | 'rate' | 'count'} unit */
function shown(value, unit) {
  return value === null || value === undefined ? '–' : formatValue(value, unit);
}

/** Last value of a column. @param {LiveRun} run @param {any} job @param {string} name */
function lastOf(run, job, name) {
  return run.rows.get(keyOfJob(job))?.[name]?.at(-1);
}

/** Name of a job, with its type or step if others have its name. @param {any} job @param {any[]} jobs */
export function titleOfJob(job, jobs) {
  const part = job.step ?? job.type;
  return jobs.filter(({ name }) => name === job.name).length > 1 ? `${job.name} · ${part}` : job.name;
}

const JOB_STATES = {
  pending: 'waiting',
  warm_up: 'warm-up',
  in_progress: 'running',
  completed: 'completed',
  failed: 'failed',
  canceled: 'stopped',
};

/** Share of a job that is done; `undefined`: without a limit. @param {any} job */
function progressOf({ limits, elapsed_seconds: elapsed, started, status }) {
  if (status === 'completed') return 1;
  const shares = [
    ...(limits.duration_seconds === null ? [] : [elapsed / limits.duration_seconds]),
    ...(limits.operations === null ? [] : [started / limits.operations]),
  ];
  return shares.length === 0 ? undefined : Math.min(1, Math.max(...shares));
}

/**
 * Rows of the table of jobs.
 * @param {any} status
 * @param {LiveRun} run
 * @param {string | undefined} selected key of the job with charts
 * @param {(key: string) => void} select
 */
export function jobRows({ jobs }, run, selected, select) {
  return jobs.map((/** @type {any} */ job) => {
    const key = keyOfJob(job);
    const button = element('button', 'pick', titleOfJob(job, jobs));
    button.type = 'button';
    button.setAttribute('aria-pressed', String(key === selected));
    button.addEventListener('click', () => select(key));
    const isRunning = job.status === 'in_progress';
    const times = job.response_time ?? job.service_time;
    const { p50, p99 } = times.percentiles_seconds;
    const share = progressOf(job);
    const seconds = lastOf(run, job, 'seconds') || 1;
    const now = isRunning ? (lastOf(run, job, 'requests') ?? 0) / seconds : job.rate;
    const state = JOB_STATES[/** @type {keyof typeof JOB_STATES} */ (job.status)] ?? job.status;
    const cells = [
      share === undefined || !isRunning ? state : `${state}, ${Math.floor(share * 100)}%`,
      shown(job.requests, 'count'),
      shown(now, 'rate'),
      isRunning ? shown(lastOf(run, job, 'target_rate'), 'rate') : '–',
      isRunning ? shown(lastOf(run, job, 'p99_seconds'), 'seconds') : '–',
      shown(p50, 'seconds'),
      shown(p99, 'seconds'),
    ];
    const errors = element('td', job.errors > 0 ? 'numbers bad' : 'numbers', shown(job.errors, 'count'));
    const row = element('tr', '', element('th', '', button), element('td', 'state', cells[0] ?? ''));
    row.append(...cells.slice(1).map((text) => element('td', 'numbers', text)), errors);
    return row;
  });
}

/** Rows of the table of thresholds. @param {any} status */
export function thresholdRows({ thresholds }) {
  return thresholds.map((/** @type {any} */ one) => {
    const [mark, word] = !one.decided ? ['·', 'no data yet'] : one.ok ? ['✓', 'holds'] : ['✗', 'does not hold'];
    const tone = !one.decided ? 'note' : one.ok ? 'good' : 'bad';
    const unit = one.unit === 'seconds' ? 'seconds' : one.unit === 'share' ? 'share' : 'number';
    const found = one.value === null ? (one.reason ?? '–') : formatValue(one.value, unit);
    return element(
      'tr',
      '',
      element('th', '', element('span', `mark ${tone}`, mark), element('code', '', one.threshold)),
      element('td', 'words', one.job ?? 'all jobs'),
      element('td', `state ${tone}`, word),
      element('td', 'words', found),
    );
  });
}

/** Rows of the table of errors: each class of each job with its first message. @param {any} status */
export function errorRows({ jobs, failures }) {
  return jobs.flatMap((/** @type {any} */ job) =>
    Object.entries(job.errors_by_class).flatMap(([name, count]) => {
      if (Number(count) === 0) return [];
      const first = failures.find((/** @type {any} */ one) => one.job_uuid === job.uuid && one.class === name);
      return [
        element(
          'tr',
          '',
          element('th', '', name),
          element('td', 'words', titleOfJob(job, jobs)),
          element('td', 'numbers bad', shown(Number(count), 'count')),
          element('td', 'numbers', `${((Number(count) / Math.max(1, job.requests)) * 100).toPrecision(3)}%`),
          element('td', 'words', first?.message ?? '–'),
        ),
      ];
    }),
  );
}

/** Rows of the agents of a fleet. @param {any} status */
export function agentRows({ agents }) {
  return agents.map((/** @type {any} */ one) => {
    const isLost = one.lost_at_seconds !== null;
    return element(
      'tr',
      '',
      element('th', '', one.name),
      element('td', 'words', one.host),
      element('td', isLost ? 'bad' : '', isLost ? `lost at ${formatElapsed(one.lost_at_seconds)}` : 'sends'),
      element('td', 'numbers', shown(one.requests, 'count')),
      element('td', one.errors > 0 ? 'numbers bad' : 'numbers', shown(one.errors, 'count')),
      element('td', 'numbers', shown(one.p99_seconds, 'seconds')),
    );
  });
}

/** Most events in the list. */
const MOST_SHOWN = 200;

/** Items of the list of events, newest first. @param {LiveRun} run */
export function eventItems({ events }) {
  return events
    .slice(-MOST_SHOWN)
    .toReversed()
    .map(({ at_seconds: at, kind, job, text }) => {
      const where = job === null ? [] : [element('b', '', job), ' '];
      return element('li', `event-${kind}`, element('time', '', formatElapsed(Math.floor(at))), ' ', ...where, text);
    });
}
