import { printable } from '../core/printable.ts';
import { type Finding, invalidOf, type Validity } from '../validity/finding.ts';
import type { Screen } from './screen.ts';
import { describeTimes } from './finding-times.ts';
import { fit, wrap } from './text-width.ts';

const MARK = '  ✗ ';
const INDENT = '    ';

/** Renders the reasons why the measurement is invalid, with remedies; empty if it is valid. */
export function renderValidity(validity: Validity, screen: Screen): string[] {
  const invalid = invalidOf(validity);
  if (invalid.length === 0) return [];
  return [
    '',
    screen.paint('red', fit('INVALID: these numbers are not to be trusted', screen.columns)),
    ...invalid.flatMap((finding) => renderFinding(finding, screen)),
  ];
}

function renderFinding(finding: Finding, screen: Screen): string[] {
  const { job, message, hint } = finding;
  const subject = job === undefined ? '' : `${printable(job.name)}: `;
  const room = screen.columns - INDENT.length;
  const [first = '', ...rest] = wrap(
    `${subject}${message}; ${describeTimes(finding.firstSeenSeconds, finding.lastedSeconds, finding.worstSeconds)}`,
    room,
  );
  return [
    screen.paint('red', MARK + first),
    ...rest.map((line) => screen.paint('red', INDENT + line)),
    ...wrap(hint, room).map((line) => INDENT + line),
  ];
}
