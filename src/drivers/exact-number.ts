const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;

/**
 * Converts a decimal number of a database.
 * @returns a number where a double has the same decimal digits, else the text unchanged, such as `NaN`
 */
export function exactNumber(text: string): number | string {
  const value = Number(text);
  return Number.isFinite(value) && normalize(text) === normalize(String(value)) ? value : text;
}

/** Significant digits and exponent of a decimal text; `undefined`: not a decimal number. */
function normalize(text: string): string | undefined {
  const [, sign, whole, fraction, exponent = '0'] = DECIMAL.exec(text) ?? [];
  if (whole === undefined || fraction === undefined) return undefined;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const scale = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${sign === '-' ? '-' : ''}${significant}e${scale}`;
}

/** Shortest number that has the value of a single-precision float: 0.1 for 0.10000000149011612. */
export function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
