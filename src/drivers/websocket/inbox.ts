import { ReceivedMessage } from './received-message.ts';
import type { MessageTest } from './matcher.ts';

/** Most messages, and most of their bytes, that wait for a request. */
const MOST_MESSAGES = 1000;
const MOST_BYTES = 4 * 1024 * 1024;

/** Messages that no request was waiting for, in order of their arrival, for later requests with `wait`. */
export class Inbox {
  #messages: ReceivedMessage[] = [];
  #bytes = 0;

  /** Adds a copy of a message. @returns number of older messages that were removed to make room */
  add(payload: Buffer): number {
    this.#messages.push(new ReceivedMessage(Buffer.from(payload)));
    this.#bytes += payload.length;
    let removed = 0;
    while (this.#messages.length > MOST_MESSAGES || (this.#bytes > MOST_BYTES && this.#messages.length > 1)) {
      this.#bytes -= this.#messages.shift()!.payload.length; // not empty
      removed++;
    }
    return removed;
  }

  /** Removes and returns the first message that a test accepts; `undefined`: there is none. */
  take(accepts: MessageTest | undefined): Buffer | undefined {
    const at = accepts === undefined ? 0 : this.#messages.findIndex(accepts);
    const [taken] = at < 0 ? [] : this.#messages.splice(at, 1);
    this.#bytes -= taken?.payload.length ?? 0;
    return taken?.payload;
  }

  /** Removes all messages. @returns their number */
  clear(): number {
    const removed = this.#messages.length;
    this.#messages = [];
    this.#bytes = 0;
    return removed;
  }
}
