import { findingSubject } from '../../validity/finding.ts';
import { requestParts } from '../../shared/job-parts.ts';
import { formatCount, formatCountOf, formatMs } from '../../shared/units.ts';
import type { ResultDocument } from '../document/result-document.ts';
import type { RunResult } from '../report.ts';
import { summarizeChanges } from './steering.ts';

const ENDED: Readonly<Record<string, string>> = {
  completed: 'completed in',
  stopped: 'stopped after',
  aborted: 'aborted after',
  failed: 'failed after',
  in_progress: 'cut off after',
};

/**
 * Describes how a run ended, with its duration: `completed in 42.3s`.
 * @param end a `RunEnd`, or an unknown value from a result file of a later version
 */
export function endPhrase(end: string, elapsedMs: number): string {
  return `${ENDED[end] ?? end} ${formatMs(elapsedMs)}`;
}

/** Describes how a run ended and why, to follow its name: `completed in 42.3 s; 2 of 2 thresholds held`. */
export function describeOutcome({
  end,
  reason,
  startedEpochMs,
  endedEpochMs,
  thresholds,
  validity,
}: RunResult): string {
  const failed = thresholds.filter(({ ok }) => !ok);
  const held = `${thresholds.length - failed.length} of ${thresholds.length} thresholds held`;
  return [
    endPhrase(end, endedEpochMs - startedEpochMs) + (reason === undefined ? '' : `: ${reason}`),
    ...(validity.valid ? [] : ['not to be trusted']),
    ...(thresholds.length === 0 ? [] : [held]),
    ...failed.map(({ job, text }) => `${text}${job === '' ? '' : ` of ${job}`} failed`),
  ].join('; ');
}

/** Verdict for people, with the style of its importance. */
interface VerdictPhrase {
  readonly text: string;
  readonly style: 'green' | 'yellow' | 'red';
}

/**
 * Describes a partial result: `partial: the run was interrupted at 2026-01-02T03:04:05.000Z`; `undefined` for a run that
 * has ended. The time is that of the saved state. A partial result is never passed.
 */
export function describeInterruption({
  partial,
  verdict,
  ended_at: at,
}: Pick<ResultDocument, 'partial' | 'verdict' | 'ended_at'>): string | undefined {
  return partial && verdict === null ? `partial: the run was interrupted at ${at}, or still goes on` : undefined;
}

/** Failed thresholds that the verdict names. */
const MOST_NAMED = 2;

/** Failure of the command, such as a report that could not be written. */
export interface CommandFailure {
  readonly status: number;
  readonly message: string;
}

/**
 * Describes the verdict of a run: `passed: 2 of 2 thresholds held`, `FAILED (99): 1 of 2 thresholds failed: p99 < 10ms of
 * reads`. The number is the exit status of `run`.
 * @param failure overrides the verdict if the command ends with another status
 */
export function describeVerdict(document: ResultDocument, failure?: CommandFailure): VerdictPhrase {
  const phrase = describeConclusion(document, failure);
  const changes = summarizeChanges(document.changes);
  return changes === '' ? phrase : { ...phrase, text: `${phrase.text}; load changed while it ran: ${changes}` };
}

function describeConclusion(document: ResultDocument, failure: CommandFailure | undefined): VerdictPhrase {
  const { verdict, exit_status: status, reason } = document;
  const checks = describeChecks(document);
  const more = checks === '' ? '' : `; ${checks}`;
  const red = (word: string, text: string): VerdictPhrase => ({
    text: `${word} (${status ?? 1}): ${text}`,
    style: 'red',
  });
  if (failure !== undefined && failure.status !== status) {
    return { text: `FAILED (${failure.status}): ${failure.message}${more}`, style: 'red' };
  }
  switch (verdict) {
    case 'passed':
      return { text: `passed: ${describePassed(document)}`, style: isDoubtful(document) ? 'yellow' : 'green' };
    case 'thresholds_failed':
      return red('FAILED', checks);
    case 'aborted':
      return red('ABORTED', `${reason ?? 'by a threshold or a gate'}${more}`);
    case 'invalid':
      return red('INVALID', `${describeInvalid(document)}${more}`);
    case 'undelivered':
      return red('UNDELIVERED', describeUndelivered(document));
    case 'stopped':
      return { ...red('STOPPED', `${reason ?? 'by a signal or by loadbot-agent stop'}${more}`), style: 'yellow' };
    case 'failed':
      return red('FAILED', `${reason ?? 'see the log'}${more}`);
    case null:
    default:
      return {
        text: `no verdict: ${describeInterruption(document) ?? 'it was made by an older version'}${more}`,
        style: 'yellow',
      };
  }
}

/** Describes the thresholds; empty without any. */
function describeChecks({ thresholds }: ResultDocument): string {
  const failed = thresholds.filter(({ ok }) => !ok);
  if (thresholds.length === 0) return '';
  if (failed.length === 0) return `${thresholds.length} of ${formatCountOf(thresholds.length, 'threshold')} held`;
  const named = failed
    .slice(0, MOST_NAMED)
    .map(({ job, threshold }) => `${threshold}${job === null ? '' : ` of ${job}`}`);
  const rest = failed.length - named.length;
  const names = [...named, ...(rest === 0 ? [] : [`${formatCount(rest)} more`])].join(', ');
  return `${failed.length} of ${formatCountOf(thresholds.length, 'threshold')} failed: ${names}`;
}

function describePassed(document: ResultDocument): string {
  const { thresholds, validity } = document;
  const jobs = requestParts(document.jobs);
  const requests = jobs.reduce((sum, job) => sum + job.requests, 0);
  const errors = jobs.reduce((sum, job) => sum + job.errors, 0);
  return [
    thresholds.length === 0 ? 'no thresholds' : describeChecks(document),
    ...(errors === 0 ? [] : [`${formatCountOf(errors, 'error')} in ${formatCountOf(requests, 'request')}`]),
    ...(validity.valid ? [] : ['the numbers are not to be trusted']),
  ].join('; ');
}

/** Whether the run passed only because no threshold or check was set. */
function isDoubtful({ jobs, thresholds, validity }: ResultDocument): boolean {
  return !validity.valid || (thresholds.length === 0 && jobs.some(({ errors }) => errors > 0));
}

/** The first reason, as it is also in the block of all reasons. */
function describeInvalid({ validity }: ResultDocument): string {
  const [first, ...others] = validity.findings.filter(({ severity }) => severity === 'invalid');
  if (first === undefined) return 'the numbers are not to be trusted';
  const subject = findingSubject(first.agent, first.job);
  const more = others.length === 0 ? '' : ` (and ${formatCountOf(others.length, 'more reason')})`;
  return `${subject && `${subject}: `}${first.message}${more}`;
}

function describeUndelivered({ deliveries }: ResultDocument): string {
  return deliveries
    .filter(({ undelivered_samples: undelivered }) => undelivered > 0)
    .map(({ target, delivered_samples: delivered, undelivered_samples: undelivered, last_error: error }) => {
      const why = error === null ? '' : ` (${error})`;
      return `${formatCount(undelivered)} of ${formatCountOf(delivered + undelivered, 'sample')} not delivered to ${target}${why}`;
    })
    .join('; ');
}
