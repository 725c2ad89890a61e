import { sanitizeForTerminal } from '../../shared/text.ts';

/** Trusted markup. Only `markup` creates it; all other text is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Content of a page; `undefined` renders as nothing. */
export type Content = Markup | string | number | undefined | readonly Content[];

/** Template tag that escapes all interpolated text, for elements and attributes in double quotes. */
export function markup(fixed: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(fixed.map((text, index) => (index === 0 ? '' : render(contents[index - 1])) + text).join(''));
}

function render(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(render).join('');
  return escapeText(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return sanitizeForTerminal(text).replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}

/** Renders a collapsed section, opened by a click on its title. */
export function collapsible(title: string, content: Content): Markup {
  return markup`<details class="folded"><summary>${title}</summary>
${content}</details>
`;
}

/** Renders text with code between backticks. */
export function prose(text: string): Markup {
  return new Markup(escapeText(text).replace(/`([^`]+)`/g, '<code>$1</code>'));
}
