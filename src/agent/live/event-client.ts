import type { ServerResponse } from 'node:http';
import type { Clock } from '../../shared/clock.ts';
import { type StreamPosition, message } from './run-recording.ts';

/** A client that reads nothing for so long is disconnected. */
const STALLED_MS = 30_000;

const HEAD = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Proxies such as nginx would collect the events.
  'x-accel-buffering': 'no',
  connection: 'close',
};

/** Rows and events that a client has missed, as messages of bounded size. */
export interface Backlog {
  messages(): Generator<string>;
  /** Position after the messages. */
  readonly position: StreamPosition | undefined;
}

interface StreamOptions {
  readonly clock: Clock;
  /** Reads the messages after a position. */
  readonly backlog: (from: StreamPosition | undefined) => Backlog;
  /** Where the client was before; `undefined`: it is new. */
  readonly position: StreamPosition | undefined;
  /** Whether it also gets the report of a run that ends. */
  readonly wantsReport: boolean;
}

/**
 * One client of the event stream. It is sent nothing while it has not read the last message, so that it never holds more
 * memory than one message beyond the buffer of its connection. Later it gets the missed rows and events from the
 * recording.
 */
export class EventClient {
  readonly wantsReport: boolean;
  readonly #response: ServerResponse;
  readonly #options: StreamOptions;
  #position: StreamPosition | undefined;
  /** It is behind, or has not read the last message. */
  #isBehind = false;
  /** Updates that it was not sent. */
  #missed = 0;

  constructor(response: ServerResponse, options: StreamOptions) {
    this.#response = response;
    this.#options = options;
    this.#position = options.position;
    this.wantsReport = options.wantsReport;
    response.writeHead(200, HEAD);
    // So that the client sees at once that it is connected.
    response.flushHeaders();
  }

  /**
   * Sends a text that other clients get, too, unless this one is behind.
   * @param position after the text; absent: unchanged
   */
  push(text: string, position?: StreamPosition): void {
    if (this.#isBehind) {
      this.#missed++;
      return;
    }
    this.#position = position ?? this.#position;
    if (!this.#response.write(text)) void this.#resume();
  }

  /** Sends what the client has missed, part by part as it reads. Resolves when it has everything, or is gone. */
  async replay(): Promise<void> {
    this.#isBehind = true;
    do {
      this.#missed = 0;
      const backlog = this.#options.backlog(this.#position);
      for (const part of backlog.messages()) {
        if (!this.#response.write(part)) await this.#drained();
        if (this.#response.destroyed || this.#response.writableEnded) return;
      }
      this.#position = backlog.position ?? this.#position;
    } while (this.#missed > 0);
    this.#isBehind = false;
  }

  end(): void {
    this.#response.end();
  }

  /** Waits until the client has read; then reports how many updates it missed, and sends their content. */
  async #resume(): Promise<void> {
    this.#isBehind = true;
    await this.#drained();
    if (this.#response.destroyed || this.#response.writableEnded) return;
    if (this.#missed === 0) {
      this.#isBehind = false;
      return;
    }
    this.#response.write(message('dropped', { updates: this.#missed }));
    await this.replay();
  }

  #drained(): Promise<void> {
    if (!this.#response.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      const stalled = this.#options.clock.after(STALLED_MS, () => this.#response.destroy());
      const done = (): void => {
        stalled.cancel();
        this.#response.off('drain', done).off('close', done);
        resolve();
      };
      this.#response.on('drain', done).on('close', done);
    });
  }
}
