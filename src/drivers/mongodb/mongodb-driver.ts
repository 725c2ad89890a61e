import { once } from 'node:events';
import { LoadbotError, messageOf } from '../../core/errors.ts';
import { mask, secretsOfTarget } from '../../core/secrets.ts';
import type { Target } from '../../core/target.ts';
import type { Driver, DriverOptions, Session } from '../driver.ts';
import { hopeless, openOrRefuse } from '../verdict.ts';
import { loadMongodb, type MongoLibrary } from './client.ts';
import { judge } from './errors.ts';
import { guardedConnections } from './guarded-connections.ts';
import { type LinkOptions, MongoLink } from './link.ts';
import { compileRequest } from './request.ts';
import { serverNames } from './server-names.ts';
import { MongoSession, type SessionOptions } from './session.ts';
import { clientOptions } from './settings.ts';

/** Speaks to MongoDB, and to what speaks like it, for one job. */
export function mongodbDriver(options: DriverOptions): Driver {
  // Worked out by the first session, so that unusable options are reported where the contract says.
  let shared: Promise<SessionOptions> | undefined;
  let filling: Promise<void> | undefined;
  let sessions = 0;
  const closeLink = async (): Promise<void> => (await shared?.catch(() => undefined))?.link.close();
  return {
    async connect(signal: AbortSignal): Promise<Session> {
      signal.throwIfAborted();
      const sharedOptions = await (shared ??= shareable(options));
      filling ??= openOrRefuse(async () => refusalOf(sharedOptions.link, options.target));
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

/** Opens the connections ahead of the first request, and gives the error that no other attempt will have a different end from. */
async function refusalOf(link: MongoLink, target: Target): Promise<LoadbotError | undefined> {
  try {
    await link.fill();
    return undefined;
  } catch (error) {
    return hopeless(judge(error), target, messageOf(error));
  }
}

/** Waits for something, but not once the signal has been given. */
async function unlessAborted(something: Promise<void>, signal: AbortSignal): Promise<void> {
  // While the library was loaded: the event is over then.
  if (signal.aborted) return;
  const listening = new AbortController();
  const aborted = once(signal, 'abort', { signal: listening.signal }).catch(() => undefined);
  try {
    await Promise.race([something, aborted]);
  } finally {
    listening.abort();
  }
}

async function shareable(options: DriverOptions): Promise<SessionOptions> {
  const { target, database, sessions, timeoutMs, clock } = options;
  const library = await loadMongodb();
  const linkOptions: LinkOptions = {
    library,
    url: serverNames(target.secretUrl ?? target.url).url,
    client: { ...clientOptions(options), ...(await guardedConnections()) },
    database,
    sessions,
    timeoutMs,
    clock,
  };
  const concerns = understand(library, linkOptions, target);
  return {
    link: new MongoLink(linkOptions),
    requests: options.operations.map((operation) => compileRequest(operation, options.collection, concerns)),
    clock,
  };
}

/**
 * Reads the connection string as the library does.
 * @throws {LoadbotError} when it cannot
 */
function understand(
  library: MongoLibrary,
  { url, client }: LinkOptions,
  target: Target,
): InstanceType<MongoLibrary['MongoClient']> {
  try {
    return new library.MongoClient(url, client);
  } catch (error) {
    const reason = mask(messageOf(error), secretsOfTarget(target));
    throw new LoadbotError('config_invalid', `the connection string cannot be used: ${reason}`, {
      hint: 'such as mongodb://user:password@127.0.0.1:27017/test, with % in a password written as %25',
      cause: error,
    });
  }
}
