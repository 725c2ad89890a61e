import { LoadbotError } from '../shared/errors.ts';
import { asVariable, withoutMarks } from './template-text.ts';

/** A command of a shell script, as words without quotes. */
export interface ShellCommand {
  /** Line of its first word, from 1. */
  readonly line: number;
  /** Variables of the shell are marked as templates. */
  readonly words: readonly string[];
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
  '0': '\0',
};
/** An escape of `$'...'`. */
const ANSI = /\\(?:x([0-9a-f]{1,2})|u([0-9a-f]{1,4})|U([0-9a-f]{1,8})|(.))/gis;
const VARIABLE = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/y;
const PLAIN = /[^\s'"\\$`;&|<>]+/y;
const SINGLE = /[^']*/y;
const ANSI_QUOTED = /(?:[^'\\]|\\.)*/sy;
const DOUBLE = /[^"\\$`]+/y;

/**
 * Splits shell text into commands: quotes, `$'...'`, line continuations, comments and variables of POSIX shells, and the
 * carets of Windows. Pipes and redirections end a command. Linear in the text.
 * @throws {LoadbotError} `config_invalid` with the line of an open quote or a command substitution
 */
export function splitShell(file: string, given: string): ShellCommand[] {
  const text = withoutMarks(isWindows(given) ? withoutCarets(given) : given).replaceAll('\r\n', '\n');
  const commands: ShellCommand[] = [];
  let words: string[] = [];
  let start = 1;
  let word: string | undefined;
  let line = 1;
  let at = 0;
  /** Words after a redirection or a pipe do not belong to the command. */
  let skips: 'word' | 'command' | undefined;
  const fail = (message: string): never => {
    throw new LoadbotError('config_invalid', `${file}:${line} ${message}`);
  };
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? '';
    at += found.length;
    for (let end = found.indexOf('\n'); end !== -1; end = found.indexOf('\n', end + 1)) line++;
    return found;
  };
  const endWord = (): void => {
    if (word !== undefined && skips === undefined) words.push(word);
    if (word !== undefined && skips === 'word') skips = undefined;
    word = undefined;
  };
  const endCommand = (): void => {
    endWord();
    if (words.length > 0) commands.push({ line: start, words });
    [words, skips] = [[], undefined];
  };
  const add = (part: string): void => {
    if (word === undefined && words.length === 0) start = line;
    word = (word ?? '') + part;
  };
  const takeVariable = (): string => {
    VARIABLE.lastIndex = at;
    const [whole, braced, bare] = VARIABLE.exec(text) ?? [];
    if (whole === undefined) {
      if (text[at + 1] === '(') fail('has a command substitution, which is not imported');
      at++;
      return '$';
    }
    at += whole.length;
    return asVariable(braced ?? bare ?? '');
  };
  const takeDouble = (): void => {
    for (add(''); text[at] !== '"';) {
      const sign = text[at];
      if (sign === undefined) fail('has a double quote that is not closed');
      if (sign === '$') add(takeVariable());
      else if (sign === '`') fail('has a command substitution, which is not imported');
      else if (sign === '\\') {
        const next = text[at + 1] ?? '';
        if (next === '\n') line++;
        add(next === '\n' ? '' : '"\\$`'.includes(next) ? next : `\\${next}`);
        at += 2;
      } else add(take(DOUBLE));
    }
    at++;
  };
  while (at < text.length) {
    const sign = text[at] ?? '';
    if (sign === '\n' || sign === ';' || sign === '&') {
      endCommand();
      if (sign === '\n') line++;
      at++;
    } else if (sign === '|') {
      endWord();
      skips = 'command';
      at++;
    } else if (sign === '<' || sign === '>') {
      // The number of a stream: 2>/dev/null
      if (/^\d$/.test(word ?? '')) word = undefined;
      endWord();
      skips ??= 'word';
      at++;
      if (text[at] === '&' || text[at] === '>') at++;
    } else if (/\s/.test(sign)) {
      endWord();
      at++;
    } else if (sign === '#' && word === undefined) take(/[^\n]*/y);
    else if (sign === '\\') {
      if (text[at + 1] === '\n') line++;
      else add(text[at + 1] ?? '');
      at += 2;
    } else if (sign === "'") {
      at++;
      add(take(SINGLE));
      if (text[at++] !== "'") fail('has a single quote that is not closed');
    } else if (sign === '$' && text[at + 1] === "'") {
      at += 2;
      add(unescapeAnsi(take(ANSI_QUOTED)));
      if (text[at++] !== "'") fail('has a single quote that is not closed');
    } else if (sign === '"') {
      at++;
      takeDouble();
    } else if (sign === '$') add(takeVariable());
    else if (sign === '`') fail('has a command substitution, which is not imported');
    else add(take(PLAIN));
  }
  endCommand();
  return commands;
}

function unescapeAnsi(text: string): string {
  return text.replaceAll(ANSI, (_, hex?: string, short?: string, long?: string, one = '') => {
    const code = hex ?? short ?? long;
    if (code === undefined) return ESCAPES[one as string] ?? String(one);
    const point = Number.parseInt(code, 16);
    return point > 0x10ffff
      ? '\u{fffd}'
      : short === undefined
        ? String.fromCodePoint(point)
        : String.fromCharCode(point);
  });
}

/** Text that a browser copied for the command line of Windows. */
function isWindows(text: string): boolean {
  return /\^\r?\n|\bcurl(?:\.exe)?\s+\^"/.test(text);
}

/** Removes the carets, which quote the next character. Within double quotes, `$` and `` ` `` are ordinary there. */
function withoutCarets(text: string): string {
  return text
    .replaceAll(/\^(\r?\n|.)/g, (_, next: string) => (next.endsWith('\n') ? ' ' : next))
    .replaceAll(/[$`]/g, '\\$&');
}
