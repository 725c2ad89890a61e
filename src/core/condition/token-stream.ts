import { BOUNDS } from '../bounds.ts';
import type { ConditionFault } from './condition.ts';
import { type Token, tokenize } from './tokenize.ts';

/** Leaves a parser where a fault is found. */
export class Stop extends Error {
  readonly fault: ConditionFault;

  constructor(fault: ConditionFault) {
    super(fault.message);
    this.fault = fault;
  }
}

export function stopAt(
  { position }: Token,
  message: string,
  more: Pick<ConditionFault, 'hint' | 'unknown'> = {},
): Stop {
  return new Stop({ message, position, ...more });
}

/** Words that join conditions, and so name no metric. */
const JOINING: ReadonlySet<string> = new Set(['and', 'or', 'not']);
/** How other languages write them. */
const INSTEAD: Readonly<Record<string, string>> = { '&&': '`and`', '||': '`or`', '!': '`not`' };

/** The tokens of a condition, taken one after the other. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #at = 0;

  /** @throws {Stop} when the text is too long */
  constructor(text: string) {
    const most = BOUNDS.expressionCharacters;
    if (text.length > most) throw new Stop({ message: `it is longer than ${most} characters`, position: text.length });
    this.#tokens = tokenize(text);
  }

  /** The token that comes next; at the end, the end. */
  get next(): Token {
    return this.#tokens[this.#at]!; // the end is never taken, so there is always one more
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  takeWord(word: string): boolean {
    const found = this.next.kind === 'word' && this.next.text === word;
    if (found) this.#at++;
    return found;
  }

  takeSign(sign: string): boolean {
    const found = this.isSign(sign);
    if (found) this.#at++;
    return found;
  }

  /** @throws {Stop} when it does not come next */
  expectSign(sign: string): void {
    if (!this.takeSign(sign)) throw this.unexpected(`\`${sign}\``);
  }

  /** Whether the next token is the name of something, rather than one of the words that join conditions. */
  get isName(): boolean {
    return this.next.kind === 'word' && !JOINING.has(this.next.text);
  }

  /** The function whose call comes next, its bracket taken too; nothing when none of these does. */
  takeCall<Name extends string>(names: readonly Name[]): Name | undefined {
    const name = names.find((known) => this.next.kind === 'word' && this.next.text === known);
    if (name === undefined || !this.isCall) return undefined;
    this.#at += 2;
    return name;
  }

  /** Whether a word with a bracket behind it comes next. */
  get isCall(): boolean {
    const after = this.#tokens[this.#at + 1];
    return this.next.kind === 'word' && after?.kind === 'sign' && after.text === '(';
  }

  isSign(sign: string): boolean {
    return this.next.kind === 'sign' && this.next.text === sign;
  }

  /** What to throw when something else comes next than could. */
  unexpected(expected: string): Stop {
    const token = this.next;
    if (token.kind === 'end') return stopAt(token, `${expected} is missing at the end`);
    const instead = INSTEAD[token.text];
    if (token.kind === 'sign' && instead !== undefined) return stopAt(token, `write ${instead} for \`${token.text}\``);
    if (token.kind === 'unknown' && /^["']/.test(token.text)) return stopAt(token, 'the quotes are not closed');
    return stopAt(token, `${expected} expected`);
  }
}
