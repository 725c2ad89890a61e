import { ConnectionViolation, ENHANCE_YOUR_CALM, PROTOCOL_ERROR } from './errors.ts';
import { CONTINUATION, END_HEADERS, END_STREAM, HAS_PRIORITY, PADDED } from './frames.ts';

/** Maximum number of frames of one header block, so that empty ones cannot continue it forever. */
const MOST_FRAMES = 1024;
const PRIORITY_BYTES = 5;

/** Joins the frames of a header block. */
export class HeaderAssembler {
  readonly #mostBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  #frames = 0;
  /** Stream of the incomplete block; 0: there is none. */
  streamId = 0;
  /** Whether the block in progress, or the last one, ends its stream. */
  isEnd = false;
  /** The complete block. */
  bytes: Buffer = Buffer.alloc(0);
  from = 0;
  to = 0;

  /** @param mostBytes maximum size of a block */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /**
   * Checks that a frame may follow the one before it.
   * @throws {ConnectionViolation}
   */
  expect(type: number, streamId: number): void {
    if (this.streamId === 0) {
      if (type === CONTINUATION) throw violation('the server continued a header block that had not begun');
    } else if (type !== CONTINUATION || streamId !== this.streamId) {
      throw violation('the server interrupted a header block');
    }
  }

  /**
   * Adds a HEADERS frame.
   * @returns whether the block is complete
   * @throws {ConnectionViolation}
   */
  begin(flags: number, streamId: number, bytes: Buffer, from: number, to: number): boolean {
    let start = from;
    let end = to;
    if ((flags & PADDED) !== 0) end -= bytes[start++] ?? 0;
    if ((flags & HAS_PRIORITY) !== 0) start += PRIORITY_BYTES;
    if (start > end) throw violation('the server sent a header frame with more padding than bytes');
    this.isEnd = (flags & END_STREAM) !== 0;
    if ((flags & END_HEADERS) !== 0) return this.#complete(bytes, start, end);
    this.streamId = streamId;
    this.#bytes = this.#frames = 0;
    this.#hold(bytes, start, end);
    return false;
  }

  /**
   * Adds a CONTINUATION frame.
   * @returns whether the block is complete
   * @throws {ConnectionViolation}
   */
  continue(flags: number, bytes: Buffer, from: number, to: number): boolean {
    this.#hold(bytes, from, to);
    if ((flags & END_HEADERS) === 0) return false;
    const block = Buffer.concat(this.#parts, this.#bytes);
    this.#parts = [];
    this.streamId = 0;
    return this.#complete(block, 0, block.length);
  }

  #hold(bytes: Buffer, from: number, to: number): void {
    this.#bytes += to - from;
    this.#frames++;
    if (this.#bytes > this.#mostBytes)
      throw new ConnectionViolation(
        ENHANCE_YOUR_CALM,
        `the server sent more than ${this.#mostBytes} bytes of headers (max_header_size)`,
      );
    if (this.#frames > MOST_FRAMES)
      throw new ConnectionViolation(ENHANCE_YOUR_CALM, `the server sent headers in more than ${MOST_FRAMES} frames`);
    if (to > from) this.#parts.push(Buffer.from(bytes.subarray(from, to)));
  }

  #complete(bytes: Buffer, from: number, to: number): boolean {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    return true;
  }
}

function violation(message: string): ConnectionViolation {
  return new ConnectionViolation(PROTOCOL_ERROR, message);
}
