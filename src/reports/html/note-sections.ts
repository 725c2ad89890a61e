import type { ResultDocument } from '../document/result-document.ts';
import { describeFindingTimes, describeWait, reportableWaits } from '../phrases/notes.ts';
import { markup, type Markup } from './markup.ts';

/** Renders the reasons why the measurement is invalid, before any numbers. */
export function validitySection({ validity }: ResultDocument): Markup | undefined {
  const invalid = validity.findings.filter(({ severity }) => severity === 'invalid');
  if (invalid.length === 0) return undefined;
  const items = invalid.map(
    ({ job, message, hint, first_seen_seconds: first, lasted_seconds: lasted, worst_at_seconds: worst }) =>
      markup`<li>${job === null ? '' : markup`<strong>${job}</strong>: `}<span class="bad">${message}</span>; ${describeFindingTimes(first, lasted, worst)}<br><small>${hint}</small></li>
`,
  );
  return markup`<section id="validity"><h2>Not to be trusted</h2>
<ul class="warnings">${items}</ul></section>
`;
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

/** Renders the warnings of the result. */
export function warningSection({ warnings }: ResultDocument): Markup | undefined {
  if (warnings.length === 0) return undefined;
  const items = warnings.map(
    ({ subject, message, hint }) => markup`<li><strong>${subject}</strong>: ${message}<br><small>${hint}</small></li>
`,
  );
  return markup`<section id="warnings"><h2>Warnings</h2>
<ul class="warnings">${items}</ul></section>
`;
}
