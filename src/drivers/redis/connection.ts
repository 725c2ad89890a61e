import type { Socket } from 'node:net';
import { addressBook } from '../../core/address-book.ts';
import { failure, type Outcome } from '../../core/outcome.ts';
import { openSocket } from '../../core/routed-socket.ts';
import { ClassifiedError } from '../classify-error.ts';
import { guardStream } from '../frame-guard.ts';
import { nextSocket } from '../next-socket.ts';
import type { Verdict } from '../verdict.ts';
import type { RedisClient, RedisLibrary } from './client.ts';
import { judgeLoss, judgeReply, nonsenseReply } from './errors.ts';
import { RedisReplies } from './replies.ts';
import type { Request, Send } from './request.ts';
import type { RedisSettings } from './settings.ts';

/** Who uses a connection. */
export interface ConnectionListener {
  /** Its socket has been made, the one under TLS if there is that, and has moved no byte yet. */
  opening(wire: Socket): void;
  /** The request was answered, and the connection is still good. */
  answered(outcome: Outcome, verdict: Verdict | undefined, reason: unknown): void;
  /** The connection is of no use any more, and with it the request under way, if there was one. */
  lost(verdict: Verdict, reason: unknown): void;
}

/** One connection to a Redis server, from being opened to being destroyed; a session gets another one then. */
export class RedisConnection {
  readonly #library: RedisLibrary;
  readonly #client: RedisClient;
  /** Nobody, once it was destroyed: what comes late is not heard. */
  #listener: ConnectionListener | undefined;
  #wire: Socket | undefined;
  #request: Request | undefined;
  #ready = false;
  /**
   * Rejects when the connection is destroyed: the library leaves its own promises pending if that happens while it
   * connects.
   */
  readonly #destroyed: Promise<never>;
  #giveUp: (reason: unknown) => void = ignore;

  constructor(library: RedisLibrary, settings: RedisSettings, listener: ConnectionListener) {
    this.#library = library;
    this.#listener = listener;
    this.#destroyed = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
    this.#destroyed.catch(ignore);
    if (settings.beneath !== undefined) this.#adopt(openSocket(settings.beneath).on('error', ignore));
    this.#client = library.createClient(settings.client(this.#wire));
    this.#client.on('error', (error) => this.#broken(error));
  }

  /** Whether requests may be sent. */
  get ready(): boolean {
    return this.#ready;
  }

  /**
   * Connects and authenticates. Not bounded by itself: `destroy` ends it.
   * @throws the library's error or the reason of `destroy`, for `judge`
   */
  async open(): Promise<void> {
    // Under TLS the library keeps what it reads to itself, and catches what its parser throws.
    if (this.#wire === undefined) {
      nextSocket((wire) => {
        guardStream(wire, new RedisReplies());
        this.#adopt(addressBook.follow(wire));
      });
    }
    await Promise.race([this.#client.connect(), this.#destroyed]);
    this.#ready = this.#listener !== undefined;
  }

  /** Sends a command that is no request of a job's. Bounded as `open` is. */
  async ask(words: readonly string[]): Promise<unknown> {
    return Promise.race([this.#client.sendCommand(words), this.#destroyed]);
  }

  /** What an error of this connection means: the server's refusal, or the loss of the connection. */
  judge(error: unknown): Verdict {
    return this.#isReply(error) ? judgeReply(error) : judgeLoss(error);
  }

  /** Sends a request; the listener hears what became of it. At most one is under way. */
  send(request: Request, send: Send): void {
    this.#request = request;
    send(this.#client).then(this.#replied, this.#rejected);
  }

  /**
   * Closes it at once, however far it got.
   * @param reason for `open` and `ask` that wait
   */
  destroy(reason: unknown = new ClassifiedError('reset', 'the connection was closed while it was being opened')): void {
    this.#listener = undefined;
    this.#ready = false;
    this.#giveUp(reason);
    if (this.#client.isOpen) this.#client.destroy();
    // The library forgets a socket that is still connecting.
    this.#wire?.destroy();
  }

  #adopt(wire: Socket): void {
    this.#wire = wire;
    this.#listener?.opening(wire);
  }

  readonly #replied = (reply: unknown): void => {
    this.#listener?.answered(this.#request!.outcomeOf(reply), undefined, undefined); // set by send
  };

  readonly #rejected = (error: unknown): void => {
    const verdict = this.judge(error);
    if (this.#isReply(error)) this.#listener?.answered(failure(verdict.errorClass), verdict, error);
    else this.#lose(verdict, error);
  };

  /** The library's own report; the one of a connection that is being opened also ends `open`. */
  #broken(error: unknown): void {
    if (!this.#ready) return;
    // Its socket is still open: then it is what came through it that was wrong.
    const reason = this.#client.isOpen ? nonsenseReply(error) : error;
    this.#lose(judgeLoss(reason), reason);
  }

  #isReply(error: unknown): error is Error {
    return error instanceof this.#library.ErrorReply;
  }

  #lose(verdict: Verdict, reason: unknown): void {
    const listener = this.#listener;
    this.destroy();
    listener?.lost(verdict, reason);
  }
}

/**
 * What happens to a socket reaches the library through the TLS above it; this only keeps it from ending the process.
 */
function ignore(): void {}
