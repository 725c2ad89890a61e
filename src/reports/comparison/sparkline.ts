const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** Bar of values that are all the same. */
const LEVEL = '▄';

/**
 * Draws values as bars, from the least to the largest one.
 * @param values finite numbers; empty: an empty text
 */
export function sparkline(values: readonly number[]): string {
  const [least, largest] = [Math.min(...values), Math.max(...values)];
  const scale = (BARS.length - 1) / (largest - least);
  return values
    .map((value) => (largest === least ? LEVEL : (BARS[Math.round((value - least) * scale)] ?? LEVEL)))
    .join('');
}
