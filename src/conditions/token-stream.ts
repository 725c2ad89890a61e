import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import type { ConditionError } from './condition.ts';
import { type Token, tokenize } from './tokenize.ts';

/** Exception that aborts a parser with a syntax error. */
export class ConditionSyntaxError extends Error {
  readonly fault: ConditionError;

  constructor(fault: ConditionError) {
    super(fault.message);
    this.fault = fault;
  }
}

export function syntaxErrorAt(
  { position }: Token,
  message: string,
  more: Pick<ConditionError, 'hint' | 'unknown'> = {},
): ConditionSyntaxError {
  return new ConditionSyntaxError({ message, position, ...more });
}

/** Operators that cannot be metric names. */
const JOINING: ReadonlySet<string> = new Set(['and', 'or', 'not']);
/** Operators of other languages, with their equivalents. */
const INSTEAD: Readonly<Record<string, string>> = { '&&': '`and`', '||': '`or`', '!': '`not`' };

/** Token stream of a condition. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #at = 0;

  /** @throws {ConditionSyntaxError} when the text is too long */
  constructor(text: string) {
    const most = WORKLOAD_LIMITS.expressionCharacters;
    if (text.length > most)
      throw new ConditionSyntaxError({ message: `it is longer than ${most} characters`, position: text.length });
    this.#tokens = tokenize(text);
  }

  /** The next token; the end token at the end. */
  get next(): Token {
    return this.#tokens[this.#at]!; // the end token is never consumed
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

  /** @throws {ConditionSyntaxError} when the next token is different */
  expectSign(sign: string): void {
    if (!this.takeSign(sign)) throw this.unexpected(`\`${sign}\``);
  }

  /** Whether the next token is a name, not an operator. */
  get isName(): boolean {
    return this.next.kind === 'word' && !JOINING.has(this.next.text);
  }

  /** Consumes the name and opening bracket of a call to one of the functions; `undefined` if there is none. */
  takeCall<Name extends string>(names: readonly Name[]): Name | undefined {
    const name = names.find((known) => this.next.kind === 'word' && this.next.text === known);
    if (name === undefined || !this.isCall) return undefined;
    this.#at += 2;
    return name;
  }

  /** Whether a word with an opening bracket follows. */
  get isCall(): boolean {
    const after = this.#tokens[this.#at + 1];
    return this.next.kind === 'word' && after?.kind === 'sign' && after.text === '(';
  }

  isSign(sign: string): boolean {
    return this.next.kind === 'sign' && this.next.text === sign;
  }

  /** Creates the exception for an unexpected token. */
  unexpected(expected: string): ConditionSyntaxError {
    const token = this.next;
    if (token.kind === 'end') return syntaxErrorAt(token, `${expected} is missing at the end`);
    const instead = INSTEAD[token.text];
    if (token.kind === 'sign' && instead !== undefined)
      return syntaxErrorAt(token, `write ${instead} for \`${token.text}\``);
    if (token.kind === 'unknown' && /^["']/.test(token.text))
      return syntaxErrorAt(token, 'the closing quote is missing');
    return syntaxErrorAt(token, `${expected} expected`);
  }
}
