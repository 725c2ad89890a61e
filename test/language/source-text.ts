/** Comments and string literals of TypeScript source, found by a small lexer. */
export interface SourceText {
  /** Adjacent line comments count as one; markers of block comments are removed. */
  readonly comments: readonly string[];
  /** Contents of string literals and of the fixed parts of templates. */
  readonly strings: readonly string[];
}

/** A `/` after one of these begins a regular expression, not a division. */
const BEFORE_REGEX = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|=>|\breturn|\btypeof|\bcase)\s*$/;

const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//g;

export function readSourceText(source: string): SourceText {
  const comments: string[] = [];
  const strings: string[] = [];
  /** Where the last line comment ended. */
  let lineEnd = -1;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(source); match !== null; match = TOKEN.exec(source)) {
    const [token] = match;
    const end = TOKEN.lastIndex;
    if (token.startsWith('//')) {
      const text = token.slice(2).trim();
      const continues = lineEnd >= 0 && source.slice(lineEnd, match.index).trim() === '';
      if (continues) comments.push(`${comments.pop()} ${text}`);
      else comments.push(text);
      lineEnd = end;
    } else if (token.startsWith('/*')) {
      comments.push(blockText(token));
    } else if (token.startsWith('/')) {
      // A division: only its sign was a token.
      if (!BEFORE_REGEX.test(source.slice(Math.max(0, match.index - 20), match.index)))
        TOKEN.lastIndex = match.index + 1;
    } else if (token.startsWith('`')) {
      strings.push(...token.slice(1, -1).split(/\$\{[^}]*\}/));
    } else {
      strings.push(token.slice(1, -1));
    }
  }
  return { comments, strings };
}

function blockText(token: string): string {
  return token
    .replace(/^\/\*+|\*+\/$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .trim();
}

/** Prose of a Markdown page: without code blocks, inline code and link targets. */
export function readProse(markdown: string): string {
  return markdown
    .replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1/gm, '')
    .replace(/`[^`\n]*`/g, 'code')
    .replace(/\]\([^)\n]*\)/g, ']');
}

export function countWords(texts: readonly string[]): number {
  return texts.reduce((words, text) => words + (text.match(/\S+/g)?.length ?? 0), 0);
}

const TITLE =
  /^\s*(?:(?:test|it|describe)(?:\.\w+)*|describeWithServices)\s*(?:\(|[^\n;]*\)\()\s*(['"`])((?:\\.|(?!\1)[^\n])+)\1/gm;

/** Titles of the tests and suites in a test file. */
export function readTitles(source: string): readonly string[] {
  return Array.from(source.matchAll(TITLE), ([, , title = '']) => title);
}
