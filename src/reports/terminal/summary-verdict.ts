import { findingSubject } from '../../validity/finding.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCountOf } from '../../shared/units.ts';
import { formatWithLimit } from '../../thresholds/threshold-result.ts';
import type { ResultDocument, ResultThreshold } from '../document/result-document.ts';
import { thresholdSubject } from '../document/threshold-document.ts';
import { describeFindingTimes } from '../phrases/notes.ts';
import type { Terminal } from './terminal.ts';
import { alignLeft, fitNames, truncateText, widthOf, wrap } from './text-width.ts';

const MARK = '  ✗ ';
const INDENT = '    ';

type Finding = ResultDocument['validity']['findings'][number];

/** More reasons than these are only counted: often each job has the same. */
const MOST_REASONS = 3;

/** Renders the reasons why the measurement is invalid, with remedies; empty if it is valid. */
export function renderValidity({ validity }: ResultDocument, screen: Terminal, verbose: boolean): string[] {
  const invalid = validity.findings.filter(({ severity }) => severity === 'invalid');
  if (invalid.length === 0) return [];
  const title = 'INVALID: these numbers are not to be trusted';
  const shown = verbose ? invalid : invalid.slice(0, MOST_REASONS);
  const hidden = invalid.length - shown.length;
  const more = wrap(`and ${formatCountOf(hidden, 'more reason')}: see --verbose, or the reports`, screen.columns - 4);
  return [
    '',
    ...wrap(title, screen.columns).map((line) => screen.style('red', line)),
    ...shown.flatMap((finding) => renderFinding(finding, screen)),
    ...(hidden === 0 ? [] : more.map((line) => INDENT + line)),
  ];
}

function renderFinding({ agent, job, message, hint, ...times }: Finding, screen: Terminal): string[] {
  const subject = sanitizeForTerminal(findingSubject(agent, job));
  const room = screen.columns - INDENT.length;
  const seen = describeFindingTimes(times.first_seen_seconds, times.lasted_seconds, times.worst_at_seconds);
  const [first = '', ...rest] = wrap(`${subject && `${subject}: `}${sanitizeForTerminal(message)}; ${seen}`, room);
  return [
    screen.style('red', MARK + first),
    ...rest.map((line) => screen.style('red', INDENT + line)),
    ...wrap(sanitizeForTerminal(hint), room).map((line) => INDENT + line),
  ];
}

/** Columns of the conditions if there is room, and least columns of subjects and of values. */
const TEXT = 34;
const WIDE = 70;
const LEAST_NAME = 18;
const NARROW_NAME = 12;
const LEAST_VALUE = 14;
/** More thresholds than these are listed only if they failed. */
const MOST_LISTED = 10;

/** Renders one line per threshold: subject, condition, measured value. */
export function renderThresholds({ thresholds, jobs }: ResultDocument, screen: Terminal, verbose: boolean): string[] {
  if (thresholds.length === 0) return [];
  const failed = thresholds.filter(({ ok }) => !ok);
  const held = failed.length === 0 ? 'held' : `held, ${failed.length} did not`;
  const title = `thresholds: ${thresholds.length - failed.length} of ${thresholds.length} ${held}`;
  const listed = verbose || thresholds.length <= MOST_LISTED ? thresholds : failed;
  const subjects = listed.map((threshold) => subjectOf(threshold, jobs));
  const room = Math.max(LEAST_NAME, screen.columns - MARK.length - 1 - TEXT - LEAST_VALUE);
  const width = Math.min(
    subjects.reduce((most, subject) => Math.max(most, widthOf(subject)), LEAST_NAME),
    screen.columns < 50 ? NARROW_NAME : room,
  );
  const names = fitNames(subjects, width);
  const longest = listed.reduce((most, { threshold }) => Math.max(most, widthOf(threshold) + 2), 0);
  const textWidth = screen.columns < WIDE ? Math.min(TEXT, longest) : TEXT;
  return [
    '',
    screen.style(failed.length > 0 ? 'red' : 'bold', truncateText(title, screen.columns)),
    ...listed.flatMap((threshold, index) => {
      const subject = subjects[index] ?? '';
      return renderThreshold(threshold, alignLeft(names.get(subject) ?? subject, width), textWidth, screen);
    }),
  ];
}

/** Display name of the subject; with the operation, or with the request type if a job of that name has others. */
function subjectOf(threshold: ResultThreshold, jobs: ResultDocument['jobs']): string {
  const { job, job_uuid: uuid, job_type: type, step } = threshold;
  const isPart = type !== null && jobs.some((one) => one.uuid === uuid && one.name === job && one.type !== type);
  const part = step ?? (isPart ? type : undefined);
  return sanitizeForTerminal(`${thresholdSubject(threshold)}${part === undefined ? '' : ` · ${part}`}`);
}

/** Measured value, or the reason why there is none. */
function foundOf({ value, limit, unit, ok, reason }: ResultThreshold): string {
  if (value === null) return sanitizeForTerminal(reason ?? 'no data');
  return ok ? formatWithLimit(value, limit, unit) : sanitizeForTerminal(reason ?? formatWithLimit(value, limit, unit));
}

function renderThreshold(threshold: ResultThreshold, name: string, textWidth: number, screen: Terminal): string[] {
  const mark = threshold.ok ? screen.style('green', '✓') : screen.style('red', '✗');
  const text = sanitizeForTerminal(threshold.threshold);
  const found = foundOf(threshold);
  const line = `${name} ${text}${' '.repeat(Math.max(2, textWidth - widthOf(text)))}${found}`;
  if (widthOf(line) + 4 <= screen.columns) return [`  ${mark} ${line}`];
  const indent = ' '.repeat(widthOf(name) + 5);
  const wrapped = (words: string): string[] =>
    wrap(words, screen.columns - indent.length).map((one) => truncateText(one, screen.columns - indent.length));
  const [first = '', ...rest] = wrapped(text);
  return [`  ${mark} ${name} ${first}`, ...[...rest, ...wrapped(found)].map((one) => indent + one)];
}
