/** A 128-bit key, derived from a run's id and a job's uuid. */
type Key = readonly [number, number, number, number];

/** Trace and span ids of one job's requests, in the lower-case hex format of W3C Trace Context. */
export interface TraceIds {
  /** 32 digits, never all 0; unique within the job. */
  traceId(sequence: number): string;
  /** 16 digits, never all 0. */
  spanId(sequence: number): string;
}

/**
 * Creates ids that are a function of the ticket, so the trace of a request can be found by its ticket number.
 * @param sequence ticket number of a request, an integer from 0 to 2^53 - 1
 */
export function traceIdsOf(runId: string, jobUuid: string): TraceIds {
  const key = keyOf(`${runId}/${jobUuid}`);
  return {
    traceId(sequence) {
      const low = mix(sequence ^ key[0]);
      const high = mix((sequence / 2 ** 32) ^ key[1] ^ low);
      const digits = hex(low) + hex(high) + hex(mix(low ^ key[2])) + hex(mix(high ^ key[3]));
      return digits === NO_TRACE ? `${digits.slice(0, -1)}1` : digits;
    },
    spanId(sequence) {
      const low = mix(sequence ^ key[3]);
      const high = mix((sequence / 2 ** 32) ^ key[2] ^ low);
      const digits = hex(high) + hex(low);
      return digits === NO_SPAN ? `${digits.slice(0, -1)}1` : digits;
    },
  };
}

/** Returns the trace id of a job's ticket: see `TraceIds`. */
export function traceIdOf(runId: string, jobUuid: string, sequence: number): string {
  return traceIdsOf(runId, jobUuid).traceId(sequence);
}

const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);

/** FNV-1a over the text's UTF-16 units, with four different offsets. */
function keyOf(text: string): Key {
  const hash = (beginning: number): number => {
    let word = beginning;
    for (let index = 0; index < text.length; index++) word = Math.imul(word ^ text.charCodeAt(index), 0x01000193);
    return mix(word);
  };
  return [hash(0x811c9dc5), hash(0x9e3779b9), hash(0x7f4a7c15), hash(0x85ebca77)];
}

/** Finalizer of MurmurHash3 (https://github.com/aappleby/smhasher): a bijection of 32-bit words, without collisions. */
function mix(word: number): number {
  let bits = word ^ (word >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** Two digits for each byte: `toString(16)` of whole words takes three times as long. */
const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex(word: number): string {
  const byte = (shift: number): string => BYTES[(word >>> shift) & 255] ?? '';
  return byte(24) + byte(16) + byte(8) + byte(0);
}
