import { sanitizeForTerminal } from '../shared/text.ts';
import type { DoctorFinding } from '../doctor/examination.ts';
import type { Terminal, Style } from '../reports/terminal/terminal.ts';
import { wrap } from '../reports/terminal/text-width.ts';
import { padEnd } from './align-columns.ts';

const MARKS: Readonly<Record<DoctorFinding['verdict'], readonly [mark: string, style: Style]>> = {
  ok: ['ok', 'green'],
  warn: ['warn', 'yellow'],
  fail: ['FAIL', 'red'],
};
const MARK_WIDTH = 4;
/** As wide as `connection`. */
const STEP_WIDTH = 10;
const INDENT = 2 + MARK_WIDTH + 2 + STEP_WIDTH + 2;

/** Formats a finding: mark, step, result, and the remedy on the next line. */
export function listFinding({ verdict, step, message, hint }: DoctorFinding, screen: Terminal): string[] {
  const [mark, style] = MARKS[verdict];
  const width = screen.columns - INDENT;
  const lines = wrap(sanitizeForTerminal(message), width);
  if (hint !== undefined) lines.push(...wrap(`hint: ${sanitizeForTerminal(hint)}`, width));
  const head = `  ${screen.style(style, padEnd(mark, MARK_WIDTH))}  ${padEnd(step, STEP_WIDTH)}  `;
  return lines.map((line, index) => (index === 0 ? head : ' '.repeat(INDENT)) + line);
}
