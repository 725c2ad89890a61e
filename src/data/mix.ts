import { draw32, streamKey } from '../shared/random.ts';

/** Assigns a job's tickets to its operations. Pure and in constant time, so any thread can assign any ticket. */
export interface Mix {
  /** Returns the operation of a ticket: an index into the weights. */
  readonly operationOf: (sequence: number) => number;
  /** Number of tickets from 0 to `sequence - 1` that belong to an operation. */
  readonly countBefore: (operation: number, sequence: number) => number;
}

/** Maximum number of slots in a block; each block contains the exact shares. */
const MAX_SLOTS = 1000;
/** Minimum number of slots: shares are repeated within a block, so that equal shares do not simply alternate. */
const MIN_SLOTS = 100;
/** Number of slot orders; a block's order is derived from its number. */
const ORDERS = 64;

/**
 * @param weights relative frequencies of the operations: above 0, at most 256. Exact in every block if they sum to at
 *   most 1000 multiples of a common measure, else rounded to a thousandth
 * @param key random stream of the orders
 */
export function createMix(weights: readonly number[], key: number): Mix {
  if (weights.length === 1) {
    return { operationOf: () => 0, countBefore: (_, sequence) => sequence };
  }
  const shares = slotsOf(weights);
  const slots = shares.reduce((total, share) => total + share, 0);
  const operations = new Uint8Array(ORDERS * slots);
  /** For each order and operation: number of the operation's slots before each slot. */
  const before = new Uint16Array(ORDERS * weights.length * slots);
  for (let order = 0; order < ORDERS; order++) {
    const dealt = shuffle(
      shares.flatMap((share, operation) => Array.from({ length: share }, () => operation)),
      streamKey(key, order),
    );
    operations.set(dealt, order * slots);
    for (let operation = 0; operation < weights.length; operation++) {
      let count = 0;
      const start = (order * weights.length + operation) * slots;
      for (const [slot, other] of dealt.entries()) {
        before[start + slot] = count;
        if (other === operation) count++;
      }
    }
  }
  const orderKey = streamKey(key, 'order');
  const orderOf = (block: number): number => draw32(orderKey, block) % ORDERS;

  const operationOf = (sequence: number): number => {
    const block = Math.floor(sequence / slots);
    // the table contains every slot of every order
    return operations[orderOf(block) * slots + sequence - block * slots]!;
  };
  const countBefore = (operation: number, sequence: number): number => {
    const block = Math.floor(sequence / slots);
    const start = (orderOf(block) * weights.length + operation) * slots;
    return block * shares[operation]! + before[start + sequence - block * slots]!; // likewise
  };
  return { operationOf, countBefore };
}

/** Number of slots of each operation, at least one. */
function slotsOf(weights: readonly number[]): number[] {
  const exact = commonMeasure(weights);
  if (exact !== undefined) return exact;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => Math.max(1, Math.round((weight / total) * MAX_SLOTS)));
}

/** The weights as their smallest integers, repeated to fill a block; `undefined` if they exceed the maximum. */
function commonMeasure(weights: readonly number[]): number[] | undefined {
  // Supports up to three decimals.
  const whole = weights.map((weight) => weight * 1000).map((weight) => Number(weight.toPrecision(12)));
  if (!whole.every((weight) => Number.isSafeInteger(weight))) return undefined;
  const measure = whole.reduce(greatestCommonDivisor);
  const shares = whole.map((weight) => weight / measure);
  const slots = shares.reduce((sum, share) => sum + share, 0);
  if (slots > MAX_SLOTS) return undefined;
  const times = Math.ceil(MIN_SLOTS / slots);
  return shares.map((share) => share * times);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Fisher-Yates shuffle. */
function shuffle(items: number[], key: number): number[] {
  for (let last = items.length - 1; last > 0; last--) {
    const chosen = draw32(key, last) % (last + 1); // modulo bias is negligible against 2^32
    [items[last], items[chosen]] = [items[chosen]!, items[last]!]; // both indices are inside
  }
  return items;
}
