const LF = 10;
const CR = 13;
const COLON = 58;
const DATA = Buffer.from('data');

/** Finds the ends of the events of a streamed body; parts of the body may end anywhere. */
export interface EventParser {
  /** Starts a body. */
  begin(): void;
  /** Returns the number of events that end within these bytes. */
  read(bytes: Uint8Array, from: number, to: number): number;
  /** Returns the number of events that end with the body. */
  end(): number;
}

/**
 * Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream): an empty
 * line ends an event, which has a line `data`. Comments and events without data do not count, nor does an event that the
 * end of the body cuts off.
 */
export class SseParser implements EventParser {
  /** Bytes of the line so far. */
  #length = 0;
  /** Bytes of the line that are equal to `data`; -1: it is another line. */
  #matched = 0;
  #hasData = false;
  #afterCr = false;

  begin(): void {
    this.#hasData = false;
    this.#afterCr = false;
    this.#beginLine();
  }

  read(bytes: Uint8Array, from: number, to: number): number {
    let events = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at]!; // inside the bytes
      const isSecondHalf = byte === LF && this.#afterCr;
      this.#afterCr = byte === CR;
      if (isSecondHalf) continue;
      if (byte === LF || byte === CR) events += this.#endLine();
      else this.#take(byte);
    }
    return events;
  }

  end(): number {
    return 0;
  }

  #take(byte: number): void {
    this.#length++;
    if (this.#matched < 0) return;
    if (this.#matched < DATA.length) this.#matched = byte === DATA[this.#matched] ? this.#matched + 1 : -1;
    else if (this.#length === DATA.length + 1 && byte !== COLON) this.#matched = -1;
  }

  #endLine(): number {
    const isEvent = this.#length === 0 && this.#hasData;
    if (this.#length === 0) this.#hasData = false;
    else if (this.#matched === DATA.length) this.#hasData = true;
    this.#beginLine();
    return isEvent ? 1 : 0;
  }

  #beginLine(): void {
    this.#length = 0;
    this.#matched = 0;
  }
}

/** Lines of JSON, or of another text: each line that is not blank is an event, and so is the rest of the body. */
export class LineParser implements EventParser {
  #isBlank = true;

  begin(): void {
    this.#isBlank = true;
  }

  read(bytes: Uint8Array, from: number, to: number): number {
    let events = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at]!; // inside the bytes
      if (byte === LF) events += this.end();
      else if (byte > 32) this.#isBlank = false; // neither a blank nor a control character
    }
    return events;
  }

  end(): number {
    const events = this.#isBlank ? 0 : 1;
    this.#isBlank = true;
    return events;
  }
}
