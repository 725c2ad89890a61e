import type { MongoClient } from 'mongodb';
import { once } from 'node:events';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { redactSecrets, secretsOfTarget } from '../../shared/secrets.ts';
import type { Target } from '../../plan/target.ts';
import type { Driver, DriverOptions, Session } from '../driver.ts';
import { permanentConnectError, openWithRetry } from '../error-classification.ts';
import { type MongoLibrary, type MongoPoolOptions, MongoConnectionPool } from './connection-pool.ts';
import { classifyMongoError } from './errors.ts';
import { BsonWriter } from './bson-writer.ts';
import { CommandStream } from './command-stream.ts';
import { DirectCommands, type DirectOptions } from './direct-commands.ts';
import { guardedConnections } from './guarded-connection.ts';
import { ReplyReader } from './reply-summary.ts';
import { compileMongoRequest } from './request.ts';
import { serverNames, clientOptions } from './settings.ts';
import { MongoSession, type MongoSessionOptions } from './session.ts';
import { transactionError } from './transaction-support.ts';

/** Creates the driver of one job for MongoDB and compatible servers. */
export function mongodbDriver(options: DriverOptions): Driver {
  // Resolved by the first session, so that invalid options reject `connect`, as its contract requires.
  let shared: Promise<MongoSessionOptions> | undefined;
  let filling: Promise<void> | undefined;
  let sessions = 0;
  const closeLink = async (): Promise<void> => (await shared?.catch(() => undefined))?.link.close();
  return {
    async connect(signal: AbortSignal): Promise<Session> {
      signal.throwIfAborted();
      const sharedOptions = await (shared ??= shareable(options));
      filling ??= openWithRetry(async () => refusalOf(sharedOptions, options));
      await unlessAborted(filling, signal);
      sessions++;
      let isOpen = true;
      return new MongoSession(sharedOptions, async () => {
        if (isOpen) sessions--;
        isOpen = false;
        if (sessions === 0) await closeLink();
      });
    },
    async check(): Promise<void> {
      await (shared ??= shareable(options));
    },
    close: closeLink,
  };
}

/** Opens the connections ahead of the first request and returns the permanent error, if there is one. */
async function refusalOf(
  { link, requests }: MongoSessionOptions,
  { collection, target }: DriverOptions,
): Promise<LoadbotError | undefined> {
  try {
    await link.fill();
    if (link.db === undefined || requests.every(({ transaction }) => transaction === undefined)) return undefined;
    return await transactionError(link.db, collection, target);
  } catch (error) {
    return permanentConnectError(classifyMongoError(error), target, messageOf(error));
  }
}

/** Waits for a promise until the signal is aborted. */
async function unlessAborted(something: Promise<void>, signal: AbortSignal): Promise<void> {
  // The signal may have been aborted while the library was loaded, before a listener existed.
  if (signal.aborted) return;
  const listening = new AbortController();
  const aborted = once(signal, 'abort', { signal: listening.signal }).catch(() => undefined);
  try {
    await Promise.race([something, aborted]);
  } finally {
    listening.abort();
  }
}

async function shareable(options: DriverOptions): Promise<MongoSessionOptions> {
  const { target, database, sessions, timeoutMs, clock } = options;
  const library = await import('mongodb');
  const connections = await guardedConnections();
  const linkOptions: MongoPoolOptions = {
    library,
    url: serverNames(target.secretUrl ?? target.url).url,
    client: { ...clientOptions(options), ...connections.client },
    database,
    sessions,
    timeoutMs,
    clock,
  };
  const concerns = understand(library, linkOptions, target);
  const makeId = options.objectIds ? (digits: string): object => new library.ObjectId(digits) : undefined;
  const link = new MongoConnectionPool(linkOptions);
  const direct: DirectOptions = {
    library,
    meter: link.meter,
    writer: new BsonWriter((document) => library.BSON.serialize(document, { ignoreUndefined: false })),
    reader: new ReplyReader(),
  };
  const keepsConnections = connections.canBeTaken && isDirect(concerns, options);
  return {
    link,
    requests: options.operations.map((operation) =>
      compileMongoRequest(operation, options.collection, concerns, makeId),
    ),
    sizeOf: (reply) => library.BSON.calculateObjectSize(reply),
    clock,
    openChannel: (listener) => (keepsConnections ? new DirectCommands(direct, listener) : new CommandStream(listener)),
  };
}

/**
 * Parses the connection string with the library.
 * @throws {LoadbotError} when it is invalid
 */
function understand(
  library: MongoLibrary,
  { url, client }: MongoPoolOptions,
  target: Target,
): InstanceType<MongoLibrary['MongoClient']> {
  try {
    return new library.MongoClient(url, client);
  } catch (error) {
    const reason = redactSecrets(messageOf(error), secretsOfTarget(target));
    throw new LoadbotError('config_invalid', `invalid connection string: ${reason}`, {
      hint: 'such as mongodb://user:password@127.0.0.1:27017/test, with % in a password written as %25',
      cause: error,
    });
  }
}

/**
 * Whether the requests of a job are sent past the library, over connections that each worker keeps. Options that the
 * library applies to each command, or to connections in use, and transactions need its own way.
 */
function isDirect({ options }: MongoClient, { operations }: DriverOptions): boolean {
  return (
    options.readPreference.mode === 'primary' &&
    options.writeConcern?.w !== 0 &&
    !options.loadBalanced &&
    options.compressors.every((name) => name === 'none') &&
    (options.timeoutMS ?? 0) === 0 &&
    options.socketTimeoutMS === 0 &&
    options.maxIdleTimeMS === 0 &&
    options.maxAdaptiveRetries === 0 &&
    options.autoEncryption === undefined &&
    options.credentials?.mechanism !== 'MONGODB-OIDC' &&
    operations.every(({ transaction, statement }) => transaction === undefined && !isUnacknowledged(statement))
  );
}

/** Whether a command may have a write concern of its own to which the server does not reply. */
function isUnacknowledged(statement: unknown): boolean {
  if (typeof statement !== 'object' || statement === null || !('writeConcern' in statement)) return false;
  const { writeConcern } = statement;
  if (typeof writeConcern !== 'object' || writeConcern === null || !('w' in writeConcern)) return true;
  const { w } = writeConcern;
  return w === 0 || (typeof w === 'string' && w.includes('#'));
}
