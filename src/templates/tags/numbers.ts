import type { Json } from '../../shared/json.ts';
import { draw32, drawUnit, integersBetween, streamKey } from '../../shared/random.ts';
import { hasCount, isInteger, listTag, optional, type Tag, type TagDefinition, takesNone, valueTag } from '../tag.ts';

export const sequenceTag: TagDefinition = {
  written: ['#sequence', '#sequence(from)'],
  type: 'number',
  meaning:
    'The number of the document in its collection, or of the request in its job outside documents; starts at 1 or `from`.',
  takes: optional((args) => hasCount(args, 1) && args.every(isInteger)),
  compile: (_, { ordinal }, [from = '1']) => {
    const first = Number(from);
    return valueTag((number) => first + ordinal(number));
  },
};

export const intTag: TagDefinition = {
  written: ['#int(a,b)'],
  type: 'number',
  meaning: 'A whole number from `a` to `b`, both included.',
  takes: (args) => hasCount(args, 2) && args.every(isInteger),
  compile: (key, _, [a, b]) => integers(key, Number(a), Number(b)),
};

/** Integers between two inclusive bounds, in any order. */
function integers(key: number, a: number, b: number): Tag {
  return valueTag(integersBetween(key, Math.min(a, b), Math.max(a, b)));
}

export const floatTag: TagDefinition = {
  written: ['#float(a,b)', '#float(a,b,decimals)'],
  type: 'number',
  meaning: 'A number from `a` up to `b`, with a number of decimals from 0 to 15, if given.',
  takes: (args) => args !== undefined && args.slice(0, 2).every(isDecimal) && (hasCount(args, 2) || hasDecimals(args)),
  compile: (key, _, [a, b, decimals]) =>
    floats(key, Number(a), Number(b), decimals === undefined ? undefined : Number(decimals)),
};

function isDecimal(arg: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(arg);
}

function hasDecimals(args: readonly string[]): boolean {
  return args.length === 3 && /^(\d|1[0-5])$/.test(args[2] ?? '');
}

/** Numbers from the lower bound to the higher, optionally rounded to a number of decimals. */
function floats(key: number, a: number, b: number, decimals: number | undefined): Tag {
  const [from, span] = [Math.min(a, b), Math.abs(a - b)];
  const highKey = streamKey(key, 'high');
  const lowKey = streamKey(key, 'low');
  const draw = (number: number): number => from + span * drawUnit(highKey, lowKey, number);
  // Large numbers have an exponent: 1e+21.
  const isUnreserved = Math.max(Math.abs(a), Math.abs(b)) < 1e21;
  if (decimals === undefined) return valueTag(draw, isUnreserved);
  // Adding 0 turns -0, which JSON does not have, into 0.
  return valueTag((number) => Number(draw(number).toFixed(decimals)) + 0, isUnreserved);
}

export const boolTag: TagDefinition = {
  written: ['#bool'],
  type: 'true or false',
  meaning: 'true or false with equal probability.',
  takes: takesNone,
  compile: (key) => valueTag((number) => draw32(key, number) >= 2 ** 31),
};

export const pickTag: TagDefinition = {
  written: ['#pick(a,b,...)'],
  type: 'text or number',
  meaning:
    'One of the choices with equal probability; a number if all choices are numbers. A choice cannot hold a comma or a bracket.',
  takes: (args) => args !== undefined && args.every((choice) => choice !== ''),
  compile: (key, _, choices) => {
    const values = choicesOf(choices);
    return listTag(values, (number) => draw32(key, number) % values.length);
  },
};

/** Choices are numbers if all of them are numeric, else text. */
function choicesOf(choices: readonly string[]): readonly Json[] {
  const areNumbers = choices.every((choice) => /^-?(0|[1-9]\d*)(\.\d+)?$/.test(choice));
  return areNumbers ? choices.map(Number) : choices;
}
