import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatWithLimit, type ThresholdResult } from '../../thresholds/threshold-result.ts';
import type { Terminal } from './terminal.ts';
import { truncateText, alignLeft, widthOf, wrap } from './text-width.ts';
import { thresholdSubject } from '../document/threshold-document.ts';

const NAME = 18;
const TEXT = 34;

/** Renders one line per threshold: subject, condition, measured value. */
export function renderThresholds(verdicts: readonly ThresholdResult[], screen: Terminal): string[] {
  const failed = verdicts.filter(({ ok }) => !ok).length;
  const held = failed === 0 ? 'held' : `held, ${failed} did not`;
  const title = `thresholds: ${verdicts.length - failed} of ${verdicts.length} ${held}`;
  return [
    screen.style(failed > 0 ? 'red' : 'bold', truncateText(title, screen.columns)),
    ...verdicts.flatMap((verdict) => renderVerdict(verdict, screen)),
  ];
}

/** Display name of the subject of a threshold. */
function subjectWithType({ kind, job, type }: Pick<ThresholdResult, 'kind' | 'job' | 'type'>): string {
  return sanitizeForTerminal(
    `${thresholdSubject({ kind, job: job === '' ? null : job })}${type === undefined ? '' : ` · ${type}`}`,
  );
}

/** Measured value, or the reason why there is none. */
function findingOf({ value, limit, unit, ok, reason }: ThresholdResult): string {
  if (value === undefined) return sanitizeForTerminal(reason ?? 'no data');
  return ok ? formatWithLimit(value, limit, unit) : sanitizeForTerminal(reason ?? formatWithLimit(value, limit, unit));
}

function renderVerdict(verdict: ThresholdResult, screen: Terminal): string[] {
  const mark = verdict.ok ? screen.style('green', '✓') : screen.style('red', '✗');
  const subject = alignLeft(subjectWithType(verdict), NAME);
  const text = sanitizeForTerminal(verdict.text);
  const found = findingOf(verdict);
  const line = `${subject} ${text}${' '.repeat(Math.max(2, TEXT - widthOf(text)))}${found}`;
  if (widthOf(line) + 4 <= screen.columns) return [`  ${mark} ${line}`];
  const indent = ' '.repeat(NAME + 5);
  const wrapped = (words: string): string[] =>
    wrap(words, screen.columns - indent.length).map((one) => truncateText(one, screen.columns - indent.length));
  const [first = '', ...rest] = wrapped(text);
  return [`  ${mark} ${subject} ${first}`, ...[...rest, ...wrapped(found)].map((one) => indent + one)];
}
