const SPECIAL: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Infinity,
  '+inf': Infinity,
  '-inf': -Infinity,
  infinity: Infinity,
  '+infinity': Infinity,
  '-infinity': -Infinity,
};

const ZERO = 48;
const NINE = 57;
const LOWER_E = 101;
const UPPER_E = 69;

/** Parses the value of a sample in either format; `undefined` when it is malformed. */
export function parseValue(text: string): number | undefined {
  const value = Number(text);
  // `Number` also accepts an empty text as 0, and hexadecimal, octal and binary numbers, which are invalid here.
  if (value === 0 && text.trim() === '') return undefined;
  if (Number.isNaN(value)) return SPECIAL[text.toLowerCase()];
  if (text.charCodeAt(0) !== ZERO) return value;
  const second = text.charCodeAt(1);
  return second > NINE && second !== LOWER_E && second !== UPPER_E ? undefined : value;
}
