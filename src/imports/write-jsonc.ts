import { sanitizeForTerminal } from '../shared/text.ts';

/** A value of a list or an object with comment lines above it. */
export class Commented {
  readonly comments: readonly string[];
  readonly value: unknown;

  constructor(value: unknown, ...comments: readonly string[]) {
    this.value = value;
    this.comments = comments;
  }
}

/** Longest line of a value that is not split. */
const WIDTH = 110;
/** Longest line of a comment. */
const COMMENT_WIDTH = 116;
/** Characters that a workload file cannot contain, or that editors do not show. */
const UNPRINTABLE = /[\u{7f}-\u{9f}\u{ad}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{fffd}]/gu;

/** Formats a value as JSON with comments: short values on one line. */
export function writeJsonc(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return writeText(value);
  const inner = `${indent}  `;
  const entries: readonly (readonly [key: string, value: unknown])[] = Array.isArray(value)
    ? value.map((item: unknown) => ['', item] as const)
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [`${writeText(key)}: `, item] as const);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) return open + close;
  const parts = entries.map(([key, item]) => {
    const { comments, value: bare } = item instanceof Commented ? item : new Commented(item);
    return { comments: comments.flatMap(writeComment), text: key + writeJsonc(bare, inner) };
  });
  if (parts.every(({ comments, text }) => comments.length === 0 && !text.includes('\n'))) {
    const list = parts.map(({ text }) => text).join(', ');
    const line = Array.isArray(value) ? `[${list}]` : `{ ${list} }`;
    if (indent.length + line.length <= WIDTH) return line;
  }
  const lines = parts.flatMap(({ comments, text }) => [...comments, `${text},`].map((line) => inner + line));
  return `${open}\n${lines.join('\n')}\n${indent}${close}`;
}

/** Comment lines of a sentence, which may contain text of other programs. */
export function writeComment(text: string): readonly string[] {
  const words = sanitizeForTerminal(text).replaceAll('\u{fffd}', '?').split(' ');
  const lines: string[] = [];
  let line = `//${/^ */.exec(text)?.[0] ?? ''}`;
  for (const word of words) {
    if (line.length + word.length >= COMMENT_WIDTH && line.includes(' ')) {
      lines.push(line);
      line = '//  ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

function writeText(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
