import { sanitizeForTerminal } from '../../shared/text.ts';
import { type ValidityFinding, invalidFindings, type Validity } from '../../validity/finding.ts';
import type { Terminal } from './terminal.ts';
import { describeFindingTimes } from '../phrases/notes.ts';
import { truncateText, wrap } from './text-width.ts';

const MARK = '  ✗ ';
const INDENT = '    ';

/** Renders the reasons why the measurement is invalid, with remedies; empty if it is valid. */
export function renderValidity(validity: Validity, screen: Terminal): string[] {
  const invalid = invalidFindings(validity);
  if (invalid.length === 0) return [];
  return [
    '',
    screen.style('red', truncateText('INVALID: these numbers are not to be trusted', screen.columns)),
    ...invalid.flatMap((finding) => renderFinding(finding, screen)),
  ];
}

function renderFinding(finding: ValidityFinding, screen: Terminal): string[] {
  const { job, message, hint } = finding;
  const subject = job === undefined ? '' : `${sanitizeForTerminal(job.name)}: `;
  const room = screen.columns - INDENT.length;
  const [first = '', ...rest] = wrap(
    `${subject}${message}; ${describeFindingTimes(finding.firstSeenSeconds, finding.lastedSeconds, finding.worstSeconds)}`,
    room,
  );
  return [
    screen.style('red', MARK + first),
    ...rest.map((line) => screen.style('red', INDENT + line)),
    ...wrap(hint, room).map((line) => INDENT + line),
  ];
}
