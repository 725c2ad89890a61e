import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';

/** A connection to a client that reads when told to. */
export class FakeResponse extends EventEmitter {
  readonly written: string[] = [];
  /** It does not read: each write fills the buffer of the connection. */
  isSlow = false;
  writableNeedDrain = false;
  destroyed = false;
  writableEnded = false;

  writeHead(): void {}
  flushHeaders(): void {}

  write(text: string): boolean {
    this.written.push(text);
    this.writableNeedDrain = this.isSlow;
    return !this.isSlow;
  }

  /** The client reads everything, and goes on reading. */
  read(): void {
    this.isSlow = false;
    this.writableNeedDrain = false;
    this.emit('drain');
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }

  end(): void {
    this.writableEnded = true;
    this.emit('close');
  }

  get response(): ServerResponse {
    return this as unknown as ServerResponse;
  }

  /** Events that were written, with their parsed data. */
  get events(): readonly { readonly event: string; readonly id: string | undefined; readonly data: unknown }[] {
    return parseEvents(this.written.join(''));
  }

  /** Data of the events of a name. */
  dataOf(name: string): readonly Record<string, unknown>[] {
    return this.events.filter(({ event }) => event === name).map(({ data }) => data as Record<string, unknown>);
  }
}

export function parseEvents(text: string) {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2))) as Record<
        string,
        string
      >;
      return { event: fields['event'] ?? '', id: fields['id'], data: JSON.parse(fields['data'] ?? '') as unknown };
    });
}
