import { median } from './machine.js';

/**
 * The median of pair ratios with its 95 % interval, which is that of the sign test: it holds whatever the ratios'
 * distribution, so a run that a neighbour on the machine has spoilt is one of many and no more. Less than six pairs have none.
 * @param {number[]} ratios
 */
export function medianOf(ratios) {
  const sorted = ratios.toSorted((a, b) => a - b);
  const rank = lowRank(sorted.length);
  const [low, high] = rank === undefined ? [] : [sorted[rank - 1], sorted[sorted.length - rank]];
  return { value: median(ratios), low, high };
}

/**
 * The rank, from 1, of the lower end: fewer ratios than that lie below the true median in at most 2.5 % of all cases.
 * @param {number} count
 */
function lowRank(count) {
  let probability = 0.5 ** count;
  let below = probability;
  let rank = 0;
  while (below <= 0.025) {
    rank++;
    probability *= (count - rank + 1) / rank;
    below += probability;
  }
  return rank === 0 ? undefined : rank;
}
