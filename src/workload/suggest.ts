import { WORKLOAD_LIMITS } from '../shared/bounds.ts';

const MOST_CANDIDATES = 100;

/** Closest candidate to a misspelled word, or `undefined` when none is close. */
export function suggest(word: string, all: readonly string[]): string | undefined {
  // A longer word is not a misspelled name; this bounds the time for thousands of wrong words.
  if (word.length > WORKLOAD_LIMITS.nameCharacters) return undefined;
  const candidates = all.slice(0, MOST_CANDIDATES);
  const wanted = normalize(word);
  let best: string | undefined;
  // One edit in three letters is a typing error; more is a different word.
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const known = normalize(candidate);
    // Each additional letter is an insertion.
    if (Math.abs(known.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, known);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best ?? completionOf(wanted, candidates);
}

/** The only candidate with this prefix, if the prefix is longer than two letters. */
function completionOf(wanted: string, candidates: readonly string[]): string | undefined {
  const found = candidates.filter((candidate) => wanted.length > 2 && normalize(candidate).startsWith(wanted));
  return found.length === 1 ? found[0] : undefined;
}

/** Hint with the suggestion; `undefined` without one. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const found = suggest(word, candidates);
  return found === undefined ? undefined : `did you mean \`${found}\`?`;
}

/** Maps `metricsExportUrl`, `metrics-export-url` and `metrics_export_url` to the same word. */
function normalize(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, '');
}

/**
 * Damerau-Levenshtein distance (optimal string alignment): number of insertions, deletions, substitutions and
 * transpositions between two words.
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
