/**
 * Returns the first whole number from `from` to `until - 1` for which a condition holds; `until` if there is none. Finds
 * it by doubling and bisection, in logarithmic time.
 * @param holds stays true once it is true
 */
export function firstWhere(from: number, until: number, holds: (number: number) => boolean): number {
  if (from >= until) return until;
  if (holds(from)) return from;
  let below = from;
  let step = 1;
  while (below + step < until && !holds(below + step)) {
    below += step;
    step *= 2;
  }
  let reached = Math.min(below + step, until);
  while (reached - below > 1) {
    const middle = Math.floor((below + reached) / 2);
    if (holds(middle)) reached = middle;
    else below = middle;
  }
  return reached;
}
