import type { ResultDocument } from '../result-document.ts';
import { markup, type Markup } from './markup.ts';

/** Where else to look at this run. A result file may say anything: only what leads to a web page is a link. */
export function linkList({ links }: ResultDocument): Markup | undefined {
  const pages = links.filter(({ url }) => /^https?:\/\//i.test(url));
  if (pages.length === 0) return undefined;
  const shown = pages.map(
    ({ title, url }) => markup`<a href="${url}" rel="noreferrer">${title}</a>
`,
  );
  return markup`<p class="links">${shown}</p>
`;
}
