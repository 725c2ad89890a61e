// Scans over the character codes of a line, kept simple because a document has millions of them.

const TAB = 9;
const CARRIAGE_RETURN = 13;
const BLANK = 32;
const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;
const UNDERSCORE = 95;
const CLOSING_BRACE = 125;

export function isBlank(code: number): boolean {
  return code === BLANK || code === TAB || code === CARRIAGE_RETURN;
}

/** Position of the next character that is not blank, at most `end`. */
export function skipBlanks(text: string, at: number, end: number): number {
  let next = at;
  while (next < end && isBlank(text.charCodeAt(next))) next++;
  return next;
}

/** Position of the next blank, at most `end`. */
export function endOfWord(text: string, at: number, end: number): number {
  let next = at;
  while (next < end && !isBlank(text.charCodeAt(next))) next++;
  return next;
}

/** End of the metric name that starts at `at`; `at` when there is none. */
export function endOfName(text: string, at: number, end: number): number {
  if (at < end && isDigit(text.charCodeAt(at))) return at;
  let next = at;
  while (next < end && isNameCode(text.charCodeAt(next))) next++;
  return next;
}

/** End of the labels that start at `at`, closing brace included; -1 when they are unterminated. */
export function endOfLabels(text: string, at: number, end: number): number {
  let quoted = false;
  for (let next = at + 1; next < end; next++) {
    const code = text.charCodeAt(next);
    if (code === QUOTE) quoted = !quoted;
    else if (code === BACKSLASH) next += quoted ? 1 : 0;
    else if (code === CLOSING_BRACE && !quoted) return next + 1;
  }
  return -1;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Whether the character is allowed in a metric name after its first character. */
export function isNameCode(code: number): boolean {
  const letter = code | 32; // lower case
  return (letter >= 97 && letter <= 122) || isDigit(code) || code === UNDERSCORE || code === COLON;
}

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
