import type { ResultDocument } from '../document/result-document.ts';
import { markup, type Markup } from './markup.ts';

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
