/** Returns `null` for infinity and NaN, which JSON lacks. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
