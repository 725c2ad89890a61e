import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import {
  type ComparisonOperator,
  COMPARISONS,
  type SourceCondition,
  type ConditionError,
  type Operand,
} from './condition.ts';
import { parseOperand, parseSelector } from './parse-operand.ts';
import { ConditionSyntaxError, syntaxErrorAt, TokenStream } from './token-stream.ts';
import type { Token } from './tokenize.ts';

type Part = SourceCondition | Operand;

/** Parses a condition; returns the first syntax error with its position. */
export function parseCondition(
  text: string,
): { readonly condition: SourceCondition } | { readonly fault: ConditionError } {
  try {
    return { condition: new Parser(text).parse() };
  } catch (error) {
    if (error instanceof ConditionSyntaxError) return { fault: error.fault };
    throw error;
  }
}

/** A recursive descent parser: or, and, not, comparison, operand. */
class Parser {
  readonly #tokens: TokenStream;
  #depth = 0;
  #terms = 0;

  constructor(text: string) {
    this.#tokens = new TokenStream(text);
  }

  parse(): SourceCondition {
    const first = this.#tokens.next;
    const condition = conditionOf(this.#or(), first);
    if (this.#tokens.next.kind !== 'end') throw this.#tokens.unexpected('`and`, `or` or the end');
    return condition;
  }

  #or(): Part {
    return this.#chain('or', () => this.#and());
  }

  #and(): Part {
    return this.#chain('and', () => this.#not());
  }

  #chain(kind: 'and' | 'or', parsePart: () => Part): Part {
    const first = this.#tokens.next;
    let left = parsePart();
    while (this.#tokens.takeWord(kind)) {
      const second = this.#tokens.next;
      left = { kind, left: conditionOf(left, first), right: conditionOf(parsePart(), second) };
    }
    return left;
  }

  #not(): Part {
    if (!this.#tokens.takeWord('not')) return this.#comparison();
    const first = this.#tokens.next;
    return this.#nested(() => ({ kind: 'not', condition: conditionOf(this.#not(), first) }));
  }

  #comparison(): Part {
    const first = this.#tokens.next;
    const left = this.#group();
    const sign = this.#tokens.next;
    if (this.#tokens.isSign('=')) throw syntaxErrorAt(sign, 'a comparison is written `==`, not `=`');
    const comparison = COMPARISONS.find((known) => this.#tokens.takeSign(known));
    if (comparison === undefined) return left;
    this.#countTerm(first);
    const second = this.#tokens.next;
    return compare(operandOf(left, first), comparison, operandOf(this.#group(), second), sign);
  }

  #group(): Part {
    const first = this.#tokens.next;
    if (this.#tokens.takeCall(['absent']) !== undefined) {
      this.#countTerm(first);
      const selector = parseSelector(this.#tokens);
      this.#tokens.expectSign(')');
      return { kind: 'absent', selector };
    }
    if (!this.#tokens.takeSign('(')) return parseOperand(this.#tokens);
    return this.#nested(() => {
      const inner = this.#or();
      this.#tokens.expectSign(')');
      return inner;
    });
  }

  /** Limits the terms: evaluation is recursive, and each term is evaluated at every scrape. */
  #countTerm(at: Token): void {
    if (++this.#terms > WORKLOAD_LIMITS.conditionTerms) {
      throw syntaxErrorAt(at, `a condition has at most ${WORKLOAD_LIMITS.conditionTerms} comparisons`);
    }
  }

  #nested<T>(parse: () => T): T {
    if (++this.#depth > WORKLOAD_LIMITS.conditionLevels)
      throw syntaxErrorAt(this.#tokens.next, 'brackets or `not` are nested too deeply');
    const part = parse();
    this.#depth--;
    return part;
  }
}

function compare(left: Operand, comparison: ComparisonOperator, right: Operand, sign: Token): SourceCondition {
  if (isVector(left) && isVector(right)) {
    const hint = 'aggregate each side: sum(...), max(...), min(...) or count(...)';
    throw syntaxErrorAt(sign, 'a set of series cannot be compared with another set', { hint });
  }
  if (left.kind === 'number' && right.kind === 'number') {
    const hint = 'compare with a metric';
    throw syntaxErrorAt(sign, 'a comparison of two numbers is constant', { hint });
  }
  return { kind: 'compare', comparison, left, right };
}

function conditionOf(part: Part, at: Token): SourceCondition {
  if (!isOperand(part)) return part;
  const hint = 'compare the value, such as == 1 or > 0';
  throw syntaxErrorAt(at, 'a value is not a condition', { hint });
}

function operandOf(part: Part, at: Token): Operand {
  if (isOperand(part)) return part;
  throw syntaxErrorAt(at, 'a condition cannot be compared', { hint: 'join conditions with and, or, not' });
}

function isVector({ kind }: Operand): boolean {
  return kind === 'selector' || kind === 'increase' || kind === 'rate';
}

const OPERANDS: ReadonlySet<string> = new Set(['number', 'selector', 'increase', 'rate', 'aggregate']);

function isOperand(part: Part): part is Operand {
  return OPERANDS.has(part.kind);
}
