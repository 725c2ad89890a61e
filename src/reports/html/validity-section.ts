import type { ResultDocument } from '../document/result-document.ts';
import { describeFindingTimes } from '../phrases/notes.ts';
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
