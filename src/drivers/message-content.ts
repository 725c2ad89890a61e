import type { ResponseContent, ResponseNeeds } from './driver.ts';

/** A received message, or a reply that is one. */
interface ReceivedMessage {
  readonly body: Buffer;
  /** Parses the headers, by lower-case name. */
  readonly headers: () => ReadonlyMap<string, string>;
}

/** Kept parts of a message of a messaging system, for an operation with `needs`. Decoded when a part is first read. */
export class MessageContent implements ResponseContent {
  readonly status = 0;
  readonly rowCount: number | undefined;
  readonly bodyBytes: number;
  readonly #needs: ResponseNeeds;
  readonly #message: ReceivedMessage;
  #headers: ReadonlyMap<string, string> | undefined;

  /** @param rowCount messages that were received with it, and itself; absent: not counted */
  constructor(message: ReceivedMessage, needs: ResponseNeeds, rowCount?: number) {
    this.rowCount = rowCount;
    this.#message = message;
    this.#needs = needs;
    this.bodyBytes = message.body.length;
  }

  header(name: string): string | undefined {
    this.#headers ??= this.#message.headers();
    return this.#headers.get(name);
  }

  cookie(): undefined {
    return undefined;
  }

  /** @throws {Error} when it is longer than `maxBytes` */
  text(): string {
    const { maxBytes } = this.#needs;
    if (this.bodyBytes > maxBytes) throw new Error(`the body is larger than ${maxBytes} bytes (max_body)`);
    return this.#message.body.toString();
  }

  value(): undefined {
    return undefined;
  }
}
