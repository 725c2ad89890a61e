import type { Db, Document, RunCommandOptions } from 'mongodb';

/** Receives the results of a lane's requests. */
export interface CommandStreamListener {
  replied(reply: Document): void;
  failed(error: unknown): void;
}

/** A session's sequence of requests up to the first cancelled one; the session then creates another lane. */
export class CommandStream {
  readonly #abort = new AbortController();
  /** `undefined` after `cut`: late results are ignored. */
  #listener: CommandStreamListener | undefined;

  constructor(listener: CommandStreamListener) {
    this.#listener = listener;
  }

  send(db: Db, command: Document, options: RunCommandOptions): void {
    db.command(command, { signal: this.#abort.signal, ...options }).then(this.#replied, this.#failed);
  }

  /** Cancels the request in flight and closes its connection, if it has one. */
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
