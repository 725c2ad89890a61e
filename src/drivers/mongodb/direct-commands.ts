import type * as mongodb from 'mongodb';
import type { Db, Document, RunCommandOptions } from 'mongodb';
import { ClassifiedError, workloadError } from '../classify-error.ts';
import type { BsonWriter } from './bson-writer.ts';
import type { CommandChannel, CommandListener } from './command-stream.ts';
import { MSG_DOCUMENT } from './frames.ts';
import { takeCommand } from './guarded-connection.ts';
import type { PoolMeter } from './pool-meter.ts';
import type { ReplyReader } from './reply-summary.ts';
import type { TakenConnection, TakenConnectionListener } from './taken-connection.ts';

type WriteConcernReply = ConstructorParameters<typeof mongodb.MongoWriteConcernError>[0];

/** Shared by the streams of one job: requests are encoded, and replies read, one after the other. */
export interface DirectOptions {
  readonly library: typeof mongodb;
  readonly meter: PoolMeter;
  readonly writer: BsonWriter;
  readonly reader: ReplyReader;
}

/**
 * A session's sequence of requests up to the first canceled one, like `CommandStream`, but over a connection of the
 * pool that it keeps, past the library. The first request, and each one after a lost connection or an error of the
 * server, takes a connection first.
 */
export class DirectCommands implements CommandChannel, TakenConnectionListener {
  readonly #options: DirectOptions;
  readonly #abort = new AbortController();
  /** `undefined` after `cancel`: late results are ignored. */
  #listener: CommandListener | undefined;
  #db: Db | undefined;
  #connection: TakenConnection | undefined;
  /** Fields that follow each command: elements of BSON. */
  #fields: Uint8Array = Buffer.alloc(0);
  #readMeter: () => void = () => undefined;
  /** Whether the reply to the request in flight is passed on decoded. */
  #isDecoded = false;
  #isInFlight = false;
  /** Whether the reply to the request in flight is an error of the server. */
  #isRejected = false;
  mayConnect = true;

  constructor(options: DirectOptions, listener: CommandListener) {
    this.#options = options;
    this.#listener = listener;
  }

  send(db: Db, command: Document, _: RunCommandOptions, isDecoded: boolean): void {
    this.#isDecoded = isDecoded;
    const connection = this.#connection;
    if (connection !== undefined && this.#db === db) {
      this.mayConnect = false;
      this.#write(connection, command);
      return;
    }
    connection?.destroy();
    this.mayConnect = true;
    this.#take(db, command);
  }

  /** Cancels the request in flight and closes the connection. */
  cancel(): void {
    this.#listener = undefined;
    this.#isInFlight = false;
    this.#abort.abort();
    this.#connection?.destroy();
    this.#connection = undefined;
  }

  received(messages: Buffer, start: number, end: number): void {
    this.#readMeter();
    const { reader } = this.#options;
    const summary = reader.read(messages, start);
    if (summary !== undefined && !this.#isDecoded) {
      this.#isInFlight = false;
      this.#listener?.replied(summary);
    } else this.#receiveDecoded(messages.subarray(start, end));
  }

  lost(error: unknown): void {
    this.#readMeter();
    this.#connection = undefined;
    this.#fail(error);
  }

  #take(db: Db, command: Document): void {
    this.#db = db;
    this.#isInFlight = true;
    let isTaken = false;
    const take = takeCommand((connection) => {
      isTaken = true;
      if (this.#listener === undefined) connection.destroy();
      else this.#begin(connection, command);
    });
    // The command ends when the connection is given back, or without it.
    db.command(take, { signal: this.#abort.signal }).then(
      () => isTaken || this.#fail(new ClassifiedError('driver', 'the package `mongodb` did not pass on a connection')),
      (error: unknown) => (isTaken && !this.#isRejected) || this.#fail(error),
    );
  }

  #begin(connection: TakenConnection, command: Document): void {
    const { library, meter } = this.#options;
    this.#connection = connection;
    this.#fields = library.BSON.serialize(connection.fields).subarray(4, -1);
    this.#readMeter = meter.readerOf(connection.stream);
    connection.listen(this);
    try {
      this.#write(connection, command);
    } catch (error) {
      this.#fail(workloadError(undefined, error));
    }
  }

  #write(connection: TakenConnection, command: Document): void {
    const { writer } = this.#options;
    writer.end = MSG_DOCUMENT;
    writer.writeDocument(command, this.#fields);
    this.#isInFlight = true;
    connection.send(writer.bytes.subarray(0, writer.end));
    // Usually the kernel has taken the bytes; otherwise the socket keeps the buffer until it has.
    if (connection.stream.writableLength > 0) writer.renew();
  }

  #receiveDecoded(message: Buffer): void {
    const { library } = this.#options;
    // A checksum may follow the document.
    const reply = library.BSON.deserialize(message.subarray(0, message.readInt32LE(0)));
    const error = errorOf(library, reply);
    if (error === undefined) {
      this.#isInFlight = false;
      this.#listener?.replied(reply);
      return;
    }
    // The request ends with the command that took the connection, when the library knows the error: it may be that
    // another server is the primary now.
    this.#isRejected = true;
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.giveBack(error);
  }

  #fail(error: unknown): void {
    if (!this.#isInFlight) return;
    this.#isInFlight = false;
    this.#isRejected = false;
    this.#listener?.failed(error);
  }
}

/** Error of a reply that the library would report; `undefined`: the reply is a success. */
function errorOf(library: typeof mongodb, reply: Document): Error | undefined {
  if (reply['ok'] !== true && !(typeof reply['ok'] === 'number' && reply['ok'] !== 0))
    return new library.MongoServerError(reply);
  return isWriteConcernError(reply) ? new library.MongoWriteConcernError(reply) : undefined;
}

function isWriteConcernError(reply: Document): reply is WriteConcernReply {
  const error: unknown = reply['writeConcernError'];
  return typeof error === 'object' && error !== null;
}
