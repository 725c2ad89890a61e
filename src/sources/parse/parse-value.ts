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

/** The value of a sample as either format spells it; `undefined` when it is none. */
export function parseValue(text: string): number | undefined {
  const value = Number(text);
  // `Number` also reads nothing as 0, and hexadecimal, octal and binary numbers, which are none here.
  if (value === 0 && text.trim() === '') return undefined;
  if (Number.isNaN(value)) return SPECIAL[text.toLowerCase()];
  if (text.charCodeAt(0) !== ZERO) return value;
  const second = text.charCodeAt(1);
  return second > NINE && second !== LOWER_E && second !== UPPER_E ? undefined : value;
}
