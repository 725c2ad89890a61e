import { type Content, markup, type Markup } from './markup.ts';

/** What most readers do not ask for: shown once its title is clicked. */
export function folded(title: string, content: Content): Markup {
  return markup`<details class="folded"><summary>${title}</summary>
${content}</details>
`;
}
