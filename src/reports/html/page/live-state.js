/** @import { LiveRun } from './live-run.js' */

/** Tone and title of each verdict. */
const OUTCOMES = {
  passed: ['good', 'Passed'],
  invalid: ['bad', 'Invalid'],
  thresholds_failed: ['bad', 'Thresholds failed'],
  aborted: ['bad', 'Aborted'],
  undelivered: ['bad', 'Metrics not delivered'],
  stopped: ['caution', 'Stopped'],
  failed: ['bad', 'Failed'],
};

/** Tone and title of the outcome of a past run. @param {any} run */
export function verdictOf({ verdict, interrupted }) {
  if (interrupted) return { tone: 'bad', title: 'Interrupted' };
  const [tone = '', title = verdict ?? 'no verdict'] = OUTCOMES[/** @type {keyof typeof OUTCOMES} */ (verdict)] ?? [];
  return { tone, title };
}

/** A phase without an end for so many seconds goes on. */
const PHASE_SECONDS = 5;

/**
 * Describes the state of the connection and of the run in a few words, with the tone of their display.
 * @param {'connected' | 'lost' | 'refused' | undefined} connection
 * @param {any} status `undefined`: not known yet
 * @param {LiveRun} run
 */
export function describeState(connection, status, run) {
  const { ended } = run;
  if (connection === 'refused') return { tone: 'caution', title: 'Token needed', detail: 'this agent has a token' };
  const id = status?.run_id ?? null;
  if (ended !== undefined && (id === null || id === ended.run_id)) {
    const verdict = /** @type {keyof typeof OUTCOMES} */ (ended.verdict);
    const [tone = 'plain', title = ended.verdict] = OUTCOMES[verdict] ?? [];
    return { tone, title, detail: ended.reason ?? `exit status ${ended.exit_status}` };
  }
  if (connection === 'lost') return { tone: 'bad', title: 'No connection', detail: 'trying again' };
  if (status === undefined) return { tone: 'plain', title: 'Connecting', detail: '' };
  if (status.state === 'idle') return { tone: 'plain', title: 'Idle', detail: 'no run is in progress' };
  if (status.state === 'stopping') return { tone: 'caution', title: 'Ending', detail: 'delivering results' };
  if (status.state === 'paused') return { tone: 'caution', title: 'Paused', detail: 'no more requests start' };
  const active = run.phases.filter(
    ({ spans }) => (spans.at(-1)?.[1] ?? -Infinity) > status.elapsed_seconds - PHASE_SECONDS,
  );
  const detail = active.length === 0 ? '' : `phase: ${active.map(({ name }) => name).join(', ')}`;
  return { tone: 'plain', title: 'Running', detail };
}

/** Whether the numbers of a run are valid. @param {any} validity of the status @param {LiveRun} run */
export function describeValidity(validity, { ended }) {
  if (ended !== undefined) return ended.valid ? 'valid' : 'invalid';
  return validity?.valid === false ? 'invalid' : 'valid so far';
}
