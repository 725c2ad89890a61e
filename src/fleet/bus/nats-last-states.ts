import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { isInstalled } from '../../shared/optional-package.ts';
import { firstLine } from '../../shared/secrets.ts';
import { type Bus, BusError, type LastState, type LastStates } from './bus.ts';
import { connectionLost, notConnected } from './bus-errors.ts';
import { JETSTREAM, type JetStreamLibrary, loadJetStreamLibrary } from './nats-library.ts';
import type { NatsSettings } from './nats-settings.ts';
import { requireStateSubject, STATES_ROOT } from './subjects.ts';

const STREAM = 'lb1-last-states';
const DAY_MS = 86_400_000;
const MOST_BYTES = 256 * 2 ** 20;
const TIMEOUT_MS = 5000;
/** Reads of states at once. */
const MOST_READS = 16;

type BusState = Pick<Bus, 'onStatus' | 'status'>;

/** Opens the store for a bus over the connection. */
export type CreateLastStates = (bus: BusState) => LastStates;

/**
 * Loads the store of last states; the stream is created when the first state is stored.
 * @returns `undefined` without JetStream or its library, unless it is required
 * @throws {LoadbotError} `config_invalid` if it is required and missing
 */
export async function openLastStates(
  connection: NatsConnection,
  settings: NatsSettings,
  isRequired: boolean,
): Promise<CreateLastStates | undefined> {
  if (connection.info?.jetstream !== true) {
    if (!isRequired) return undefined;
    throw new LoadbotError(
      'config_invalid',
      `the bus ${settings.shown} has no JetStream, which keeps the last states`,
      {
        hint: 'start nats-server with --jetstream, or with a `jetstream` block in its configuration',
      },
    );
  }
  if (!isRequired && !isInstalled(JETSTREAM)) return undefined;
  const library = await loadJetStreamLibrary();
  return (bus) => new NatsLastStates(connection, bus, settings, library);
}

/** The last states in a stream of JetStream, with one message for each subject. */
class NatsLastStates implements LastStates {
  readonly #connection: NatsConnection;
  readonly #bus: BusState;
  readonly #settings: NatsSettings;
  readonly #library: JetStreamLibrary;
  readonly #client: JetStreamClient;

  constructor(connection: NatsConnection, bus: BusState, settings: NatsSettings, library: JetStreamLibrary) {
    this.#connection = connection;
    this.#bus = bus;
    this.#settings = settings;
    this.#library = library;
    this.#client = library.jetstream(connection, { timeout: TIMEOUT_MS });
  }

  async put(subject: string, data: Uint8Array): Promise<void> {
    requireStateSubject(subject);
    await this.#guard(subject, async () => {
      try {
        await this.#publish(subject, data);
      } catch (error) {
        if (!this.#isMissing(error)) throw error;
        await this.#createStream();
        await this.#publish(subject, data);
      }
    });
  }

  async get(prefix: string): Promise<readonly LastState[]> {
    requireStateSubject(prefix);
    return this.#guard(prefix, async () => {
      const manager = await this.#manager();
      const subjects = await this.#subjects(manager, prefix);
      const states: LastState[] = [];
      const left = subjects.toReversed();
      const read = async (): Promise<void> => {
        for (let subject = left.pop(); subject !== undefined; subject = left.pop()) {
          const message = await manager.streams.getMessage(STREAM, { last_by_subj: subject });
          if (message !== null) states.push({ subject, data: message.data });
        }
      };
      await Promise.all(Array.from({ length: MOST_READS }, read));
      return states.toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
    });
  }

  async #publish(subject: string, data: Uint8Array): Promise<void> {
    await this.#client.publish(subject, data, { timeout: TIMEOUT_MS, retries: 0 });
  }

  /** Subjects of the stored states; none without the stream. */
  async #subjects(manager: JetStreamManager, prefix: string): Promise<readonly string[]> {
    try {
      const filters = [prefix, `${prefix}.>`];
      const found: string[] = [];
      for (const subjects_filter of filters) {
        const { state } = await manager.streams.info(STREAM, { subjects_filter });
        found.push(...Object.keys(state.subjects ?? {}));
      }
      return found;
    } catch (error) {
      if (this.#isMissing(error)) return [];
      throw error;
    }
  }

  async #createStream(): Promise<void> {
    const manager = await this.#manager();
    const { nanos } = await import('@nats-io/transport-node');
    await manager.streams.add({
      name: STREAM,
      description: 'Last state of each member of a loadbot-agent run',
      subjects: [`${STATES_ROOT}.>`],
      max_msgs_per_subject: 1,
      max_age: nanos(DAY_MS),
      max_bytes: MOST_BYTES,
      discard: this.#library.DiscardPolicy.Old,
      storage: this.#library.StorageType.File,
    });
  }

  /** Without the library's check, which needs one more permission. */
  #manager(): Promise<JetStreamManager> {
    return this.#library.jetstreamManager(this.#connection, { timeout: TIMEOUT_MS, checkAPI: false });
  }

  #isMissing(error: unknown): boolean {
    if (error instanceof this.#library.JetStreamApiError) {
      return error.code === this.#library.JetStreamApiCodes.StreamNotFound;
    }
    // Without the stream, no subscription has the subject of a state.
    return /no responders/i.test(`${messageOf(error)} ${messageOf((error as Error).cause ?? '')}`);
  }

  /** Executes an operation with the errors of a bus; it ends with the connection. */
  async #guard<T>(subject: string, execute: () => Promise<T>): Promise<T> {
    if (this.#bus.status !== 'connected') throw notConnected(subject);
    const executed = execute().catch((error: unknown) => {
      throw this.#explain(subject, error);
    });
    return new Promise((resolve, reject) => {
      const end = this.#bus.onStatus(() => reject(connectionLost(subject)));
      executed.then(resolve, reject).finally(end);
    });
  }

  #explain(subject: string, error: unknown): BusError {
    const text = firstLine(messageOf(error), this.#settings.secrets);
    const isLate = error instanceof Error && /timeout/i.test(`${error.name} ${text}`);
    return new BusError(isLate ? 'timeout' : 'refused', `${subject}: the store of last states failed: ${text}`, error);
  }
}
