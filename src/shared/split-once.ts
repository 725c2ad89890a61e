/**
 * Splits a text at the first separator and trims both parts; `undefined`: it has none. A regular expression that trims
 * takes time that is quadratic in the blanks within the text.
 */
export function splitOnce(text: string, separator: string): readonly [before: string, after: string] | undefined {
  const at = text.indexOf(separator);
  return at === -1 ? undefined : [text.slice(0, at).trim(), text.slice(at + separator.length).trim()];
}
