import type { Db, Document, RunCommandOptions } from 'mongodb';

/** Receives the results of a stream's requests. */
export interface CommandListener {
  /** @param reply decoded if the request asked for it or the reply has write errors, else its `ReplySummary` */
  replied(reply: Document): void;
  failed(error: unknown): void;
}

/** A session's sequence of requests up to the first canceled one; the session then creates another. */
export interface CommandChannel {
  /** Whether the request in flight may have waited for a connection that was opened for it. */
  readonly mayConnect: boolean;
  /**
   * @param options for the library; excluded where requests are sent past it
   * @param isDecoded whether the reply must be decoded
   * @throws {Error} when the command cannot be encoded; nothing was sent then
   */
  send(db: Db, command: Document, options: RunCommandOptions, isDecoded: boolean): void;
  /** Cancels the request in flight and closes its connection, if it has one. */
  cancel(): void;
}

/** Sends each request with the library, over any connection of the pool. */
export class CommandStream implements CommandChannel {
  readonly #abort = new AbortController();
  /** `undefined` after `cancel`: late results are ignored. */
  #listener: CommandListener | undefined;
  readonly mayConnect = true;

  constructor(listener: CommandListener) {
    this.#listener = listener;
  }

  send(db: Db, command: Document, options: RunCommandOptions): void {
    db.command(command, { signal: this.#abort.signal, ...options }).then(this.#replied, this.#failed);
  }

  cancel(): void {
    this.#listener = undefined;
    this.#abort.abort();
  }

  readonly #replied = (reply: Document): void => {
    this.#listener?.replied(reply);
  };

  readonly #failed = (error: unknown): void => {
    this.#listener?.failed(error);
  };
}
