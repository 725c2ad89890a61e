/** Whether a JSON number is an integer that a double cannot represent exactly, beyond 2^53. */
export function isInexact(json: string): boolean {
  return /^-?\d+$/.test(json) && !Number.isSafeInteger(Number(json));
}
