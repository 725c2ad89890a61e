/**
 * Lengths in bits of the Huffman codes of all bytes, and of the end of the text (RFC 7541, appendix B). The code is
 * canonical: codes follow each other by length, then by byte.
 */
// prettier-ignore
const CODE_LENGTHS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
  5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
  6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];

const END_OF_TEXT = 256;
/** Inner nodes of the tree of codes: one less than its leaves. */
const STATES = 256;

/*
 * The decoder is a machine that reads 4 bits at a time. A transition is 32 bits: the next state, the byte that it
 * completes (at most one, because no code is shorter than 5 bits), and flags.
 */
const EMITS = 1 << 16;
const FAILS = 1 << 17;
const BYTE_SHIFT = 8;

const transitions = new Uint32Array(STATES * 16);
/** States in which a text may end: only padding of fewer than 8 one bits follows its last byte. */
const mayEnd = new Uint8Array(STATES);

compile();

/** Builds the machine from the tree of codes. */
function compile(): void {
  const children = buildTree();
  for (let state = 0; state < STATES; state++) {
    for (let bits = 0; bits < 16; bits++) transitions[state * 16 + bits] = follow(children, state, bits);
  }
  let state = 0;
  for (let depth = 0; depth < 8; depth++) {
    mayEnd[state] = 1;
    state = children[state * 2 + 1]!; // ones lead to the end of the text, which is 30 bits deep
  }
}

/** Children of each inner node: another inner node, or `STATES` + byte. */
function buildTree(): Int32Array {
  const children = new Int32Array(STATES * 2).fill(-1);
  const symbols = CODE_LENGTHS.map((_, symbol) => symbol).sort((a, b) => lengthOf(a) - lengthOf(b) || a - b);
  let nodes = 1;
  let code = 0;
  let length = lengthOf(symbols[0]!); // not empty
  for (const symbol of symbols) {
    code *= 2 ** (lengthOf(symbol) - length);
    length = lengthOf(symbol);
    let node = 0;
    for (let bit = length - 1; bit > 0; bit--) {
      const at = node * 2 + ((code >>> bit) & 1);
      if (children[at] === -1) children[at] = nodes++;
      node = children[at]!; // set above
    }
    children[node * 2 + (code & 1)] = STATES + symbol;
    code++;
  }
  return children;
}

function lengthOf(symbol: number): number {
  return CODE_LENGTHS[symbol]!; // one for each symbol
}

function follow(children: Int32Array, from: number, bits: number): number {
  let state = from;
  let emitted = 0;
  for (let bit = 3; bit >= 0; bit--) {
    const next = children[state * 2 + ((bits >>> bit) & 1)]!; // the tree is complete
    if (next === STATES + END_OF_TEXT) return FAILS;
    if (next < STATES) state = next;
    else {
      emitted = EMITS | ((next - STATES) << BYTE_SHIFT);
      state = 0;
    }
  }
  return emitted | state;
}

/** Longest decoded text of `length` bytes: the shortest code has 5 bits. */
export function maxDecodedBytes(length: number): number {
  return Math.ceil((length * 8) / 5);
}

/**
 * Decodes a text into `target`, which has room for `maxDecodedBytes`.
 * @returns its length in bytes; -1: it is not a valid code
 */
export function decodeHuffman(bytes: Uint8Array, from: number, to: number, target: Uint8Array): number {
  let state = 0;
  let length = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!; // within the text
    const high = transitions[(state << 4) | (byte >>> 4)]!; // each state has 16
    if ((high & EMITS) !== 0) target[length++] = high >>> BYTE_SHIFT;
    const low = transitions[((high & 0xff) << 4) | (byte & 15)]!; // each state has 16
    if ((low & EMITS) !== 0) target[length++] = low >>> BYTE_SHIFT;
    if (((high | low) & FAILS) !== 0) return -1;
    state = low & 0xff;
  }
  return mayEnd[state] === 1 ? length : -1;
}
