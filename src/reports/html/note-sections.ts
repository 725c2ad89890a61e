import { formatMs } from '../../shared/units.ts';
import { findingSubject } from '../../validity/finding.ts';
import type { ResultDocument } from '../document/result-document.ts';
import { describeFindingTimes, describeWait, reportableWaits } from '../phrases/notes.ts';
import { describeChangeDocument } from '../phrases/steering.ts';
import { collapsible, markup, type Markup, prose } from './markup.ts';

/** Renders the reasons why the measurement is invalid, before any numbers. */
export function validitySection({ validity }: ResultDocument): Markup | undefined {
  const invalid = validity.findings.filter(({ severity }) => severity === 'invalid');
  if (invalid.length === 0) return undefined;
  const items = invalid.map(
    ({ agent, job, message, hint, first_seen_seconds: first, lasted_seconds: lasted, worst_at_seconds: worst }) =>
      markup`<li>${named(findingSubject(agent, job))}<span class="bad">${prose(message)}</span>; ${describeFindingTimes(first, lasted, worst)}<br><small>${prose(hint)}</small></li>
`,
  );
  return markup`<section id="validity"><h2>Not to be trusted</h2>
${noteList(items)}</section>
`;
}

function named(subject: string): Markup | undefined {
  return subject === '' ? undefined : markup`<strong>${subject}</strong>: `;
}

/** Renders the waits of jobs before their start. */
export function waitSection({ waits }: ResultDocument): Markup | undefined {
  const noticeable = reportableWaits(waits);
  if (noticeable.length === 0) return undefined;
  const items = noticeable.map(
    (wait) => markup`<li>${describeWait(wait)}</li>
`,
  );
  return markup`<section id="waits"><h2>Waits</h2>
<ul>${items}</ul></section>
`;
}

/** Renders the changes of the load while it ran. */
export function changeSection({ changes }: ResultDocument): Markup | undefined {
  if (changes.length === 0) return undefined;
  const items = changes.map(
    (change) => markup`<li>${formatMs(change.at_seconds * 1000)}: ${describeChangeDocument(change)}</li>
`,
  );
  return markup`<section id="changes"><h2>Changes of the load</h2>
${noteList(items)}</section>
`;
}

/** Renders the warnings of the result. */
export function warningSection({ warnings }: ResultDocument): Markup | undefined {
  if (warnings.length === 0) return undefined;
  const items = warnings.map(
    ({
      subject,
      message,
      hint,
    }) => markup`<li><strong>${subject}</strong>: ${prose(message)}<br><small>${prose(hint)}</small></li>
`,
  );
  return markup`<section id="warnings"><h2>Warnings</h2>
${noteList(items)}</section>
`;
}

/** Notes shown before the others are collapsed. */
const MOST_NOTES = 5;

function noteList(items: readonly Markup[]): Markup {
  const [shown, others] = [items.slice(0, MOST_NOTES), items.slice(MOST_NOTES)];
  const list = (some: readonly Markup[]): Markup => markup`<ul class="warnings">${some}</ul>`;
  return markup`${list(shown)}${others.length === 0 ? undefined : collapsible(`${others.length} more`, list(others))}`;
}
