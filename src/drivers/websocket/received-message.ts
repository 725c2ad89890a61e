import type { Json } from '../../shared/json.ts';
import type { ResponseContent } from '../driver.ts';

/** A received message, decoded when a part is first read. Valid as long as its bytes are. */
export class ReceivedMessage {
  readonly payload: Buffer;
  #text: string | undefined;
  #json: { readonly value: Json | undefined } | undefined;

  constructor(payload: Buffer) {
    this.payload = payload;
  }

  /** Text; that of a binary message is its UTF-8. */
  get text(): string {
    return (this.#text ??= this.payload.toString());
  }

  /** Value of a message in JSON; `undefined`: it is not JSON. */
  get json(): Json | undefined {
    this.#json ??= { value: parse(this.text) };
    return this.#json.value;
  }
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** A message as the response of a request, which is checked and captured from like a body. */
export class MessageContent implements ResponseContent {
  readonly status = 0;
  readonly rowCount = undefined;
  readonly bodyBytes: number;
  readonly #payload: Buffer | undefined;
  readonly #maxBytes: number;

  /** @param payload is copied, if it is not larger than `maxBytes` */
  constructor(payload: Buffer, maxBytes: number) {
    this.bodyBytes = payload.length;
    this.#maxBytes = maxBytes;
    this.#payload = payload.length > maxBytes ? undefined : Buffer.from(payload);
  }

  header(): undefined {
    return undefined;
  }

  cookie(): undefined {
    return undefined;
  }

  value(): undefined {
    return undefined;
  }

  text(): string {
    if (this.#payload !== undefined) return this.#payload.toString();
    throw new Error(`the body is larger than ${this.#maxBytes} bytes (max_body)`);
  }
}
