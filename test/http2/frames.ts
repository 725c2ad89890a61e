/** Types of frames (RFC 9113, section 6). */
export const TYPE = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  window: 8,
  continuation: 9,
} as const;

export const END_STREAM = 1;
export const ACK = 1;
export const END_HEADERS = 4;
export const PADDED = 8;
export const HAS_PRIORITY = 0x20;

/** Header block of status 200: an index of the static table. */
export const STATUS_200 = Buffer.from([0x88]);

/** Any frame, valid or not. @param length of the payload in its head, if it is not the real one */
export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: string | Uint8Array | readonly number[] = [],
  length?: number,
): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : Buffer.from(payload);
  const head = Buffer.alloc(9);
  head.writeUIntBE(length ?? bytes.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, bytes]);
}

export function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, at * 4);
  return bytes;
}

/** A SETTINGS frame. @param values identifiers and values */
export function settings(...values: (readonly [id: number, value: number])[]): Buffer {
  const payload = values.map(([id, value]) => Buffer.concat([Buffer.from([0, id]), uint32(value)]));
  return frame(TYPE.settings, 0, 0, Buffer.concat(payload));
}

/** A literal field without indexing and without Huffman coding. Name and value are shorter than 127 bytes. */
export function literal(name: string, value: string): Buffer {
  return Buffer.from(
    `\0${String.fromCharCode(name.length)}${name}${String.fromCharCode(value.length)}${value}`,
    'latin1',
  );
}

/** A complete response with status 200 and a body. */
export function answer(stream: number, body = 'ok'): Buffer {
  return Buffer.concat([
    frame(TYPE.headers, END_HEADERS, stream, STATUS_200),
    frame(TYPE.data, END_STREAM, stream, body),
  ]);
}

/** A frame of a client. */
export interface ClientFrame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

const PREFACE_BYTES = 24;
const HEAD_BYTES = 9;

/** Creates a parser of the bytes of a client, which returns the frames that each chunk completes. */
export function clientFrames(): (chunk: Buffer) => ClientFrame[] {
  let held = Buffer.alloc(0);
  let isPrefaced = false;
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    if (!isPrefaced && held.length >= PREFACE_BYTES) {
      isPrefaced = true;
      held = held.subarray(PREFACE_BYTES);
    }
    const found: ClientFrame[] = [];
    if (!isPrefaced) return found;
    while (held.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + held.readUIntBE(0, 3);
      if (held.length < end) break;
      const stream = held.readUInt32BE(5) & 0x7fff_ffff;
      found.push({ type: held[3]!, flags: held[4]!, stream, payload: held.subarray(HEAD_BYTES, end) }); // of the head
      held = held.subarray(end);
    }
    return found;
  };
}
