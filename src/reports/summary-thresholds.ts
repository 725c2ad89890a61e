import { printable } from '../core/printable.ts';
import { formatBeside } from '../verdicts/format-value.ts';
import type { Verdict } from '../verdicts/verdict.ts';
import type { Screen } from './screen.ts';
import { fit, left, widthOf, wrap } from './text-width.ts';
import { subjectOf } from './verdict-document.ts';

const NAME = 18;
const TEXT = 34;

/** Renders one line per threshold: subject, condition, measured value. */
export function renderThresholds(verdicts: readonly Verdict[], screen: Screen): string[] {
  const failed = verdicts.filter(({ ok }) => !ok).length;
  const held = failed === 0 ? 'held' : `held, ${failed} did not`;
  const title = `thresholds: ${verdicts.length - failed} of ${verdicts.length} ${held}`;
  return [
    screen.paint(failed > 0 ? 'red' : 'bold', fit(title, screen.columns)),
    ...verdicts.flatMap((verdict) => renderVerdict(verdict, screen)),
  ];
}

/** Display name of the subject of a threshold. */
function subjectWithType({ kind, job, type }: Pick<Verdict, 'kind' | 'job' | 'type'>): string {
  return printable(`${subjectOf({ kind, job: job === '' ? null : job })}${type === undefined ? '' : ` · ${type}`}`);
}

/** Measured value, or the reason why there is none. */
function findingOf({ value, limit, unit, ok, reason }: Verdict): string {
  if (value === undefined) return printable(reason ?? 'no data');
  return ok ? formatBeside(value, limit, unit) : printable(reason ?? formatBeside(value, limit, unit));
}

function renderVerdict(verdict: Verdict, screen: Screen): string[] {
  const mark = verdict.ok ? screen.paint('green', '✓') : screen.paint('red', '✗');
  const subject = left(subjectWithType(verdict), NAME);
  const text = printable(verdict.text);
  const found = findingOf(verdict);
  const line = `${subject} ${text}${' '.repeat(Math.max(2, TEXT - widthOf(text)))}${found}`;
  if (widthOf(line) + 4 <= screen.columns) return [`  ${mark} ${line}`];
  const indent = ' '.repeat(NAME + 5);
  const wrapped = (words: string): string[] =>
    wrap(words, screen.columns - indent.length).map((one) => fit(one, screen.columns - indent.length));
  const [first = '', ...rest] = wrapped(text);
  return [`  ${mark} ${subject} ${first}`, ...[...rest, ...wrapped(found)].map((one) => indent + one)];
}
