import type { Db, Document } from './client.ts';
import type { Request } from './request.ts';

/** Who hears what became of the requests in a lane. */
export interface LaneListener {
  replied(reply: Document): void;
  failed(error: unknown): void;
}

/** A session's requests, one after the other, up to the first one that is cut off; then the session takes another lane. */
export class Lane {
  readonly #abort = new AbortController();
  /** Nobody, once it was cut: what comes late is not heard. */
  #listener: LaneListener | undefined;

  constructor(listener: LaneListener) {
    this.#listener = listener;
  }

  send(db: Db, request: Request, command: Document): void {
    db.command(command, { signal: this.#abort.signal, ...request.options }).then(this.#replied, this.#failed);
  }

  /** Ends the request under way, and with it the connection that it has, if it has one. */
  cut(): void {
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
