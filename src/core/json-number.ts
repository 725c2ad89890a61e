/** Whether the text of a JSON number is a whole number that a double does not hold exactly: beyond 2^53. */
export function isInexact(json: string): boolean {
  return /^-?\d+$/.test(json) && !Number.isSafeInteger(Number(json));
}
