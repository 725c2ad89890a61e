import type { ResultDocument } from '../document/result-document.ts';
import { describeWait, reportableWaits } from '../phrases/notes.ts';
import { markup, type Markup } from './markup.ts';

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
