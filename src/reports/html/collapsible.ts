import { type Content, markup, type Markup } from './markup.ts';

/** Renders a collapsed section, opened by a click on its title. */
export function collapsible(title: string, content: Content): Markup {
  return markup`<details class="folded"><summary>${title}</summary>
${content}</details>
`;
}
