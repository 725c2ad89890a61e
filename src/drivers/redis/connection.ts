import type { Socket } from 'node:net';
import { addressBook } from '../../shared/network/address-book.ts';
import type { Outcome } from '../../shared/outcome.ts';
import { openSocket } from '../../shared/network/routed-socket.ts';
import { ClassifiedError } from '../classify-error.ts';
import { guardStream } from '../frame-guard.ts';
import { nextSocket } from '../wire-meter.ts';
import type { ErrorClassification } from '../error-classification.ts';
import type { RedisClient } from './request.ts';
import { classifyConnectionLoss, classifyRedisError, invalidReplyError, type RedisLibrary } from './errors.ts';
import { ReplyValidator } from './replies.ts';
import type { RedisRequest, SendCommand } from './request.ts';
import type { RedisSettings } from './settings.ts';
import { failureOfCommit } from './transaction.ts';

/** Receives the events of a connection. */
export interface RedisConnectionListener {
  /** The lowest socket (below TLS) has been created. It has not transferred any byte yet. */
  opening(wire: Socket): void;
  /**
   * The response to the request has arrived, and the connection stays usable.
   * @param reply of a request that succeeded
   */
  answered(outcome: Outcome, reply: unknown): void;
  /** The server rejected the request, and the connection stays usable. */
  rejected(verdict: ErrorClassification, reason: unknown): void;
  /** The connection is unusable. The request in flight, if any, has failed. */
  lost(verdict: ErrorClassification, reason: unknown): void;
}

/** A connection to a Redis server, from connect to destroy. A session then opens a new one. */
export class RedisConnection {
  readonly #library: RedisLibrary;
  readonly #client: RedisClient;
  /** `undefined` after `destroy`: late events are ignored. */
  #listener: RedisConnectionListener | undefined;
  #wire: Socket | undefined;
  #request: RedisRequest | undefined;
  #ready = false;
  /**
   * Rejects when the connection is destroyed. The library never settles its own promises if that happens while it
   * connects.
   */
  readonly #destroyed: Promise<never>;
  #giveUp: (reason: unknown) => void = ignore;

  constructor(library: RedisLibrary, settings: RedisSettings, listener: RedisConnectionListener) {
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

  /** Whether the connection is ready for requests. */
  get ready(): boolean {
    return this.#ready;
  }

  /**
   * Connects and authenticates. Without its own timeout: `destroy` ends it.
   * @throws the library's error or the reason of `destroy`, for `classifyRedisError`
   */
  async open(): Promise<void> {
    // Over TLS, the library exposes no received bytes, and it catches the exceptions of its parser.
    if (this.#wire === undefined) {
      nextSocket((wire) => {
        guardStream(wire, new ReplyValidator());
        this.#adopt(addressBook.trackSocket(wire));
      });
    }
    await Promise.race([this.#client.connect(), this.#destroyed]);
    this.#ready = this.#listener !== undefined;
  }

  /** Sends a command outside of the job's requests. Without its own timeout, like `open`. */
  async sendUntimed(words: readonly string[]): Promise<unknown> {
    return Promise.race([this.#client.sendCommand(words), this.#destroyed]);
  }

  /** Sends a request; the listener is called with the result. At most one is in flight. */
  send(request: RedisRequest, send: SendCommand): void {
    this.#request = request;
    send(this.#client).then(this.#replied, this.#rejected);
  }

  /**
   * Closes the connection at once, in any state.
   * @param reason rejects pending `open` and `ask` calls
   */
  destroy(reason: unknown = new ClassifiedError('reset', 'the connection closed before it was established')): void {
    this.#listener = undefined;
    this.#ready = false;
    this.#giveUp(reason);
    if (this.#client.isOpen) this.#client.destroy();
    // The library does not close a socket that is still connecting.
    this.#wire?.destroy();
  }

  #adopt(wire: Socket): void {
    this.#wire = wire;
    this.#listener?.opening(wire);
  }

  readonly #replied = (reply: unknown): void => {
    const request = this.#request!; // set by send
    const failed = request.control === 'commit' ? failureOfCommit(reply) : undefined;
    if (failed === undefined) this.#listener?.answered(request.outcomeOf(reply), reply);
    else this.#listener?.rejected(failed.classification, failed.reason);
  };

  readonly #rejected = (error: unknown): void => {
    const verdict = classifyRedisError(error, this.#library);
    if (error instanceof this.#library.ErrorReply) this.#listener?.rejected(verdict, error);
    else this.#lose(verdict, error);
  };

  /** Error event of the library. While connecting, the same error also rejects `open`. */
  #broken(error: unknown): void {
    if (!this.#ready) return;
    // If the socket is still open, the received bytes are the cause.
    const reason = this.#client.isOpen ? invalidReplyError(error) : error;
    this.#lose(classifyConnectionLoss(reason), reason);
  }

  #lose(verdict: ErrorClassification, reason: unknown): void {
    const listener = this.#listener;
    this.destroy();
    listener?.lost(verdict, reason);
  }
}

/** Prevents an unhandled `error` event. Socket errors reach the library through the TLS layer above. */
function ignore(): void {}
