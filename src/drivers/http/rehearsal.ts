import { Duplex } from 'node:stream';
import { Client, type Dispatcher } from 'undici';

/** Enough for V8 to have compiled what a request runs through; takes 30 to 50 ms, once a thread. */
const ROUNDS = 400;

/** A server in memory: answers every write at once. */
class Partner extends Duplex {
  override _read(): void {}

  override _write(_chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    callback();
    this.push('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}');
  }
}

/** Sends request after request until the rounds are over. */
class Performer implements Dispatcher.DispatchHandler {
  readonly #client = new Client('http://rehearsal.invalid', {
    // undici asks no more of a socket than a Duplex has, but cannot take it before it has finished asking.
    connect: (_, use) => void setImmediate(() => use(null, new Partner() as never)),
    pipelining: 1,
  });
  readonly #over: () => void;
  #left = ROUNDS;

  constructor(over: () => void) {
    this.#over = over;
  }

  next(): void {
    if (this.#left-- > 0) this.#client.dispatch({ path: '/', method: 'GET', headers: ['accept', '*/*'] }, this);
    else void this.#client.destroy().then(this.#over);
  }

  onConnect(): void {}

  onHeaders(): boolean {
    return true;
  }

  onData(): boolean {
    return true;
  }

  onComplete(): void {
    this.next();
  }

  onError(): void {
    this.#over();
  }
}

/**
 * Plays some hundred requests in memory, without any network, so that the client's code has been loaded and compiled
 * before the first request that counts. Otherwise the first ones of a run would be slower by up to tens of
 * milliseconds, through no fault of the target's.
 */
export async function rehearse(): Promise<void> {
  await new Promise<void>((resolve) => {
    new Performer(resolve).next();
  });
}
