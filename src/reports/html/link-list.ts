import { webLinks } from '../phrases/dashboard-link.ts';
import type { ResultDocument } from '../document/result-document.ts';
import { markup, type Markup } from './markup.ts';

/** Renders links to other views of the run. */
export function linkList({ links }: ResultDocument): Markup | undefined {
  const pages = webLinks(links);
  if (pages.length === 0) return undefined;
  const shown = pages.map(
    ({ title, url }) => markup`<a href="${url}" rel="noreferrer">${title}</a>
`,
  );
  return markup`<p class="links">${shown}</p>
`;
}
