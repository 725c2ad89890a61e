import type { ResponseContent } from '../drivers/driver.ts';
import { messageOf } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';

/** Failure to read a part of a response; its message describes the response: "the body is not JSON". */
export class UnreadableResponse extends Error {}

/** Reads the parts of one response, each decoded at most once. Reused for every response of a worker. */
export class ResponseView {
  #content: ResponseContent | undefined;
  #text: string | undefined;
  #json: Json | undefined;
  /** Service time in milliseconds. */
  serviceMs = 0;

  /** Begins another response; `undefined` where its driver kept nothing. */
  open(content: ResponseContent | undefined, serviceMs: number): void {
    this.#content = content;
    this.#text = undefined;
    this.#json = undefined;
    this.serviceMs = serviceMs;
  }

  get status(): number {
    return this.#content?.status ?? 0;
  }

  header(name: string): string | undefined {
    return this.#content?.header(name);
  }

  cookie(name: string): string | undefined {
    return this.#content?.cookie(name);
  }

  /** @throws {UnreadableResponse} */
  get bodyBytes(): number {
    return reading(() => this.#content?.bodyBytes ?? 0);
  }

  get rowCount(): number | undefined {
    return this.#content?.rowCount;
  }

  get eventCount(): number | undefined {
    return this.#content?.eventCount;
  }

  /** @throws {UnreadableResponse} */
  text(): string {
    return (this.#text ??= reading(() => this.#content?.text() ?? ''));
  }

  /** Value of the result, or of the body as JSON. @throws {UnreadableResponse} */
  json(): Json {
    if (this.#json === undefined) {
      this.#json = reading(() => this.#content?.value()) ?? parse(this.text());
    }
    return this.#json;
  }
}

function reading<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new UnreadableResponse(messageOf(error));
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new UnreadableResponse(text === '' ? 'the body is empty' : 'the body is not JSON');
  }
}
