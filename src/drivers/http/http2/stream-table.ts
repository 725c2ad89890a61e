import { ConnectionViolation, PROTOCOL_ERROR, STREAM_CLOSED } from './errors.ts';
import type { Http2Stream } from './stream.ts';

/** Streams ended early that are remembered, because frames of the server may still arrive for them. */
const MOST_CANCELLED = 1000;

/** The streams of a connection by id. A client opens those with odd ids, in order. */
export class StreamTable {
  readonly #open = new Map<number, Http2Stream>();
  /** Ids of streams that this side has ended early. */
  readonly #cancelled = new Set<number>();
  readonly #lastId: number;
  #nextId = 1;

  /** @param lastId largest id of a stream */
  constructor(lastId: number) {
    this.#lastId = lastId;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Whether all ids are used. */
  get isExhausted(): boolean {
    return this.#nextId > this.#lastId;
  }

  /** Open streams, oldest first. */
  get open(): readonly Http2Stream[] {
    return [...this.#open.values()];
  }

  /** @returns the id of the new stream */
  add(stream: Http2Stream): number {
    const id = this.#nextId;
    this.#nextId += 2;
    this.#open.set(id, stream);
    return id;
  }

  get(id: number): Http2Stream | undefined {
    return this.#open.get(id);
  }

  /** Removes a stream. @param isCancelled whether the server may not know yet that it has ended */
  remove(stream: Http2Stream, isCancelled: boolean): void {
    const { id } = stream;
    this.#open.delete(id);
    stream.id = 0;
    if (!isCancelled) return;
    this.#cancelled.add(id);
    if (this.#cancelled.size > MOST_CANCELLED) this.#cancelled.delete(this.#cancelled.values().next().value ?? 0);
  }

  /** Removes all streams, and returns them. */
  clear(): readonly Http2Stream[] {
    const { open } = this;
    this.#open.clear();
    for (const stream of open) stream.id = 0;
    return open;
  }

  /**
   * Finds the stream of a frame with a part of a response.
   * @returns `undefined`: this side has ended it
   * @throws {ConnectionViolation} when the server must not send such a frame on it
   */
  find(id: number, frame: string): Http2Stream | undefined {
    const stream = this.#open.get(id);
    if (stream !== undefined || this.#cancelled.has(id)) return stream;
    this.requireUsed(id, frame);
    throw new ConnectionViolation(STREAM_CLOSED, `the server sent ${frame} on stream ${id}, which it had ended`);
  }

  /** @throws {ConnectionViolation} when no stream with this id was opened */
  requireUsed(id: number, frame: string): void {
    if (id % 2 === 0 || id >= this.#nextId)
      throw new ConnectionViolation(PROTOCOL_ERROR, `the server sent ${frame} on stream ${id}, which was never opened`);
  }
}
