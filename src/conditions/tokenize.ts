/** A token of a condition. */
export interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'sign' | 'end' | 'unknown';
  /** Source text; for a quoted text, its content with escapes resolved. */
  readonly text: string;
  /** Position in the text, from 0. */
  readonly position: number;
}

const BLANK = /[ \t\r\n]*/y;
const PATTERNS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['word', /[A-Za-z_:][A-Za-z0-9_:]*/y],
  // Includes the unit: any letters or a percent sign, checked by the parser.
  ['number', /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+(?![\w%]))?[A-Za-zµ%\d.]*/y],
  ['sign', /==|!=|<=|>=|=~|!~|&&|\|\||[<>=!(){}[\],]/y],
];
const QUOTED = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/sy;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t' };

/** Splits a text into tokens; the last one is the end or an unknown token. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    return pattern.exec(text);
  };
  for (;;) {
    position += take(BLANK)?.[0].length ?? 0;
    if (position >= text.length) return [...tokens, { kind: 'end', text: '', position }];
    const quoted = take(QUOTED);
    const token = quoted === null ? plain(take, position) : { kind: 'text' as const, text: unquote(quoted), position };
    if (token === undefined) return [...tokens, { kind: 'unknown', text: text.slice(position), position }];
    tokens.push(token);
    position += quoted?.[0].length ?? token.text.length;
  }
}

function plain(take: (pattern: RegExp) => RegExpExecArray | null, position: number): Token | undefined {
  for (const [kind, pattern] of PATTERNS) {
    const found = take(pattern);
    if (found !== null) return { kind, text: found[0], position };
  }
  return undefined;
}

/** An unknown escape keeps its backslash, as regular expressions require. */
function unquote([, double, single]: RegExpExecArray): string {
  return (double ?? single ?? '').replaceAll(/\\(.)/gs, (escape, character: string) => {
    if (character === '\\' || character === '"' || character === "'") return character;
    return ESCAPES[character] ?? escape;
  });
}
