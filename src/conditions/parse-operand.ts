import { parseDuration } from '../shared/units.ts';
import {
  type Aggregate,
  AGGREGATIONS,
  type CounterChange,
  CHANGES,
  type Matcher,
  MATCHINGS,
  type Operand,
  type TimeRange,
  type Selector,
} from './condition.ts';
import { compilePattern } from './pattern.ts';
import { syntaxErrorAt, type TokenStream } from './token-stream.ts';
import type { Token } from './tokenize.ts';

const FUNCTIONS: readonly string[] = [...AGGREGATIONS, ...CHANGES, 'absent'];

/** Parses a number, a selector, or a function of one. */
export function parseOperand(tokens: TokenStream): Operand {
  const token = tokens.next;
  if (token.kind === 'number') return { kind: 'number', value: takeNumber(tokens) };
  const change = tokens.takeCall(CHANGES);
  if (change !== undefined) return closed(tokens, parseChange(tokens, change));
  const aggregation = tokens.takeCall(AGGREGATIONS);
  if (aggregation !== undefined) return closed(tokens, parseAggregate(tokens, aggregation));
  if (tokens.isName && tokens.isCall) {
    const unknown = { word: token.text, candidates: FUNCTIONS };
    throw syntaxErrorAt(token, `\`${token.text}\` is not a known function`, { unknown });
  }
  if (!tokens.isName) throw tokens.unexpected('a metric, a number or a function');
  return parseSelector(tokens);
}

function closed<Part>(tokens: TokenStream, part: Part): Part {
  tokens.expectSign(')');
  return part;
}

/** Consumes a number and returns its value. */
export function takeNumber(tokens: TokenStream): number {
  const token = tokens.take();
  const value = readNumber(token.text);
  if (value !== undefined) return value;
  const unknown = { word: token.text.replace(/^[+-]?[\d.]*/, ''), candidates: UNITS };
  throw syntaxErrorAt(token, `\`${token.text}\` is not a number with a known unit`, { unknown });
}

function parseChange(tokens: TokenStream, kind: CounterChange['kind']): CounterChange {
  const token = tokens.next;
  const range = parseRange(tokens);
  if (range.kind === 'range') return { kind, range };
  const hint = `${kind}(${token.text}[30s]), or [run] for the whole run`;
  throw syntaxErrorAt(token, `${kind} needs a range`, { hint });
}

function parseAggregate(tokens: TokenStream, aggregation: Aggregate['aggregation']): Aggregate {
  const token = tokens.next;
  const change = tokens.takeCall(CHANGES);
  if (change !== undefined) return { kind: 'aggregate', aggregation, of: closed(tokens, parseChange(tokens, change)) };
  const of = parseRange(tokens);
  if (of.kind === 'range' && aggregation !== 'min' && aggregation !== 'max') {
    const hint = 'functions of a range are min, max, increase and rate';
    throw syntaxErrorAt(token, `${aggregation} applies to current values, not to a range`, { hint });
  }
  return { kind: 'aggregate', aggregation, of };
}

/** Parses a selector with an optional range `[30s]` or `[run]`. */
function parseRange(tokens: TokenStream): Selector | TimeRange {
  const selector = parseSelector(tokens);
  if (!tokens.takeSign('[')) return selector;
  const token = tokens.take();
  const windowMs = token.text === 'run' ? Infinity : parseDuration(token.text);
  if (windowMs === undefined || windowMs === 0) {
    throw syntaxErrorAt(token, 'a range is written [30s], [5m], or [run] for the whole run');
  }
  tokens.expectSign(']');
  return { kind: 'range', selector, windowMs };
}

/** `name{label="value", ...}` */
export function parseSelector(tokens: TokenStream): Selector {
  if (!tokens.isName) throw tokens.unexpected('a metric name');
  const name = tokens.take().text;
  const matchers: Matcher[] = [];
  if (tokens.takeSign('{')) {
    while (!tokens.isSign('}')) {
      matchers.push(parseMatcher(tokens));
      if (!tokens.takeSign(',')) break;
    }
    tokens.expectSign('}');
  }
  return { kind: 'selector', name, matchers };
}

function parseMatcher(tokens: TokenStream): Matcher {
  const label = tokens.next;
  if (label.kind !== 'word' || label.text.includes(':')) throw tokens.unexpected('a label name');
  tokens.take();
  const matching = MATCHINGS.find((known) => tokens.takeSign(known));
  if (matching === undefined) throw tokens.unexpected(`one of ${MATCHINGS.join(' ')}`);
  const value = tokens.next;
  if (value.kind !== 'text') throw tokens.unexpected('a quoted value');
  tokens.take();
  if (matching.endsWith('~')) checkPattern(value);
  return { label: label.text, matching, value: value.text };
}

function checkPattern(value: Token): void {
  const compiled = compilePattern(value.text);
  if ('fault' in compiled) throw syntaxErrorAt(value, compiled.fault.message, { hint: compiled.fault.hint });
}

const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Units that may follow a number. */
const UNITS: readonly string[] = ['us', 'ms', 's', 'm', 'h', 'd', '%', ...Object.keys(BYTES)];

/**
 * Returns the value of a number in base units: seconds, bytes, or a share for percent; `undefined` if the unit is
 * unknown.
 */
function readNumber(text: string): number | undefined {
  const plain = Number(text);
  if (!Number.isNaN(plain)) return plain;
  const [, sign, digits, unit = ''] = /^([+-]?)([\d.]+)(.*)$/.exec(text) ?? [];
  const factor = sign === '-' ? -1 : 1;
  const value = Number(digits);
  if (unit === '%') return (factor * value) / 100;
  const bytes = Object.hasOwn(BYTES, unit) ? BYTES[unit] : undefined;
  if (bytes !== undefined) return factor * value * bytes;
  const durationMs = parseDuration(text.replace(/^[+-]/, ''));
  return durationMs === undefined ? undefined : (factor * durationMs) / 1000;
}
