import type { Json } from '../../shared/json.ts';

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
