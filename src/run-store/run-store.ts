import { LoadbotError } from '../shared/errors.ts';
import { sanitizeForTerminal } from '../shared/text.ts';
import type { Reporter } from '../reports/report.ts';
import type { RunEntry } from './run-entry.ts';

/** Limits of the runs that an agent keeps. The newest run is always kept. */
export interface RunLimits {
  readonly runs: number;
  readonly bytes: number;
}

/** Where results are kept: a folder, or memory. */
export interface ResultStorage {
  /** Outlines of the results that were stored before; in any order. */
  readonly stored: readonly RunEntry[];
  /**
   * Returns a report that stores the result of one run.
   * @param kept receives the outline, once the result is stored
   */
  reporter(kept: (entry: RunEntry) => void): Reporter;
  /** @throws errors of Node's file functions */
  read(entry: RunEntry): Promise<string>;
  /** Never rejects. */
  remove(entry: RunEntry): Promise<void>;
  close(): Promise<void>;
}

/** Fewest characters of the beginning of a run's id that name it. */
const MIN_PREFIX = 4;
/** Name of the newest run. */
const LATEST = 'latest';

/** Results of an agent's past runs, up to limits: of more, the oldest are removed. */
export class RunStore {
  readonly #storage: ResultStorage;
  readonly #limits: RunLimits;
  /** The newest first. */
  #entries: readonly RunEntry[];
  #removals: Promise<unknown> = Promise.resolve();

  constructor(storage: ResultStorage, limits: RunLimits) {
    this.#storage = storage;
    this.#limits = limits;
    this.#entries = storage.stored.toSorted(newestFirst);
    this.#prune();
  }

  /** Past runs, the newest first. */
  get entries(): readonly RunEntry[] {
    return this.#entries;
  }

  /** Returns the report that stores the result of one run. It never fails: storing is not a part of the run. */
  reporter(): Reporter {
    return this.#storage.reporter((entry) => {
      this.#entries = [entry, ...this.#entries.filter(({ run_id: id }) => id !== entry.run_id)].toSorted(newestFirst);
      this.#prune();
    });
  }

  /**
   * Finds a run.
   * @param name its id, the first four or more characters of it, or `latest`
   * @throws {LoadbotError} `config_invalid` for no such run, and for several
   */
  find(name: string): RunEntry {
    const found = this.#entries.filter(
      ({ run_id: id }, index) =>
        id === name || (name.length >= MIN_PREFIX && id.startsWith(name)) || (name === LATEST && index === 0),
    );
    const [entry, ...others] = found;
    const shown = sanitizeForTerminal(name.slice(0, 40));
    const hint = 'loadbot-agent runs lists them; a run is named by its id, four or more characters of it, or latest';
    if (entry === undefined) throw new LoadbotError('config_invalid', `no past run ${shown}`, { hint });
    if (others.length > 0) throw new LoadbotError('config_invalid', `${shown} is more than one run`, { hint });
    return entry;
  }

  /**
   * Reads the result file of a run.
   * @throws {LoadbotError} `config_invalid` when it is not readable, for example because its file was removed
   */
  async read(name: string): Promise<string> {
    const entry = this.find(name);
    try {
      return await this.#storage.read(entry);
    } catch (cause) {
      const where = entry.file ?? 'memory';
      throw new LoadbotError('config_invalid', `cannot read the result of run ${entry.run_id} from ${where}`, {
        cause,
      });
    }
  }

  /** Waits for removals, and releases the folder. */
  async close(): Promise<void> {
    await this.#removals;
    await this.#storage.close();
  }

  #prune(): void {
    let bytes = 0;
    const removed = this.#entries.filter((entry, index) => {
      bytes += entry.bytes;
      return index > 0 && (index >= this.#limits.runs || bytes > this.#limits.bytes);
    });
    if (removed.length === 0) return;
    this.#entries = this.#entries.filter((entry) => !removed.includes(entry));
    this.#removals = Promise.all([this.#removals, ...removed.map((entry) => this.#storage.remove(entry))]);
  }
}

function newestFirst(a: RunEntry, b: RunEntry): number {
  return Date.parse(b.started_at) - Date.parse(a.started_at);
}
