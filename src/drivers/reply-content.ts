import type { Json } from '../shared/json.ts';
import type { ResponseContent } from './driver.ts';

/** Reply to a request of a database or of another protocol without status codes and headers. */
interface Reply {
  /** Rows that were returned or changed; `undefined`: the reply does not contain a number. */
  readonly rowCount: number | undefined;
  /** Size of the values as received, in bytes, also of those that were not kept. */
  readonly bytes: number;
  /** Maximum size of the kept values in bytes. */
  readonly maxBytes: number;
  /** Builds the value from the kept parts; `undefined`: none were kept. */
  readonly build: (() => Json) | undefined;
}

/** Kept parts of a reply, for an operation with `needs`. The value is built when it is first read. */
export class ReplyContent implements ResponseContent {
  readonly status = 0;
  readonly rowCount: number | undefined;
  readonly bodyBytes: number;
  readonly #maxBytes: number;
  readonly #build: (() => Json) | undefined;
  #value: Json | undefined;

  constructor({ rowCount, bytes, maxBytes, build }: Reply) {
    this.rowCount = rowCount;
    this.bodyBytes = bytes;
    this.#maxBytes = maxBytes;
    this.#build = build;
  }

  header(): undefined {
    return undefined;
  }

  cookie(): undefined {
    return undefined;
  }

  value(): Json | undefined {
    if (this.bodyBytes > this.#maxBytes) {
      throw new Error(`the body is larger than ${this.#maxBytes} bytes (max_body)`);
    }
    return (this.#value ??= this.#build?.());
  }

  /** The value as JSON text. */
  text(): string {
    const value = this.value();
    return value === undefined ? '' : JSON.stringify(value);
  }
}
