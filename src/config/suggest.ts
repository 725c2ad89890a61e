import { BOUNDS } from '../core/bounds.ts';

const MOST_CANDIDATES = 100;

/** The candidate that `word` was most likely meant to be, or `undefined` when none is near. */
export function suggest(word: string, all: readonly string[]): string | undefined {
  // A word longer than any name is not a slip of one; each of thousands of wrong words may have as many candidates.
  if (word.length > BOUNDS.nameCharacters) return undefined;
  const candidates = all.slice(0, MOST_CANDIDATES);
  const wanted = normalize(word);
  let best: string | undefined;
  // One slip in three letters is a typing error; more is another word.
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const known = normalize(candidate);
    // Each letter more is an insertion.
    if (Math.abs(known.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, known);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best ?? completionOf(wanted, candidates);
}

/** The only candidate that begins with what was written, if that is more than a letter or two. */
function completionOf(wanted: string, candidates: readonly string[]): string | undefined {
  const found = candidates.filter((candidate) => wanted.length > 2 && normalize(candidate).startsWith(wanted));
  return found.length === 1 ? found[0] : undefined;
}

/** The hint that goes with a suggestion; nothing without one. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const found = suggest(word, candidates);
  return found === undefined ? undefined : `did you mean \`${found}\`?`;
}

/** `metricsExportUrl`, `metrics-export-url` and `metrics_export_url` are the same word. */
function normalize(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, '');
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (the optimal string
 * alignment form of the Damerau-Levenshtein distance).
 */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
