import { draw32, streamKey } from './random.ts';

/** Deals a job's tickets to its operations. Pure and in constant time, so that any thread can deal any ticket. */
export interface Mix {
  /** Which operation a ticket is: an index into the weights. */
  readonly operationOf: (sequence: number) => number;
  /** How many of the tickets 0 to `sequence - 1` are of an operation. */
  readonly countBefore: (operation: number, sequence: number) => number;
}

/** Tickets come in blocks that each hold the exact shares; of these many slots at most. */
const MAX_SLOTS = 1000;
/** Blocks of whole shares are repeated until they have as many slots, so that halves do not simply alternate. */
const MIN_SLOTS = 100;
/** Orders that a block can have; which one it has follows from its number. */
const ORDERS = 64;

/**
 * @param weights how often each operation is sent, beside the others: above 0, at most 256 of them. Kept to exactly in
 *   every block if they have a common measure of which they are at most 1000 together, else to a thousandth
 * @param key random stream of the order
 */
export function createMix(weights: readonly number[], key: number): Mix {
  if (weights.length === 1) {
    return { operationOf: () => 0, countBefore: (_, sequence) => sequence };
  }
  const shares = slotsOf(weights);
  const slots = shares.reduce((total, share) => total + share, 0);
  const operations = new Uint8Array(ORDERS * slots);
  /** For each order and operation: how many of the slots before each are the operation's. */
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
    return operations[orderOf(block) * slots + sequence - block * slots]!; // the table has every slot of every order
  };
  const countBefore = (operation: number, sequence: number): number => {
    const block = Math.floor(sequence / slots);
    const start = (orderOf(block) * weights.length + operation) * slots;
    return block * shares[operation]! + before[start + sequence - block * slots]!; // likewise
  };
  return { operationOf, countBefore };
}

/** Whole numbers of slots, at least one for each operation. */
function slotsOf(weights: readonly number[]): number[] {
  const exact = commonMeasure(weights);
  if (exact !== undefined) return exact;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => Math.max(1, Math.round((weight / total) * MAX_SLOTS)));
}

/** The weights in their smallest whole numbers, repeated to a block; `undefined` when that would be too long. */
function commonMeasure(weights: readonly number[]): number[] | undefined {
  // Up to three decimals, as people write them.
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

/** Fisher and Yates's shuffle. */
function shuffle(items: number[], key: number): number[] {
  for (let last = items.length - 1; last > 0; last--) {
    const chosen = draw32(key, last) % (last + 1); // 2^32 is so much more that no place is noticeably preferred
    [items[last], items[chosen]] = [items[chosen]!, items[last]!]; // both are in the list
  }
  return items;
}
