import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { describeFailure } from '../output/locate-output.ts';
import type { Output } from '../output/output.ts';
import { PartialEncoder } from '../document/partial-encoder.ts';
import { WorkMeter } from '../document/work-meter.ts';
import type { Reporter, RunResult, PartialRunResult } from '../report.ts';
import { type ResultDocument, toResultDocument } from '../document/result-document.ts';

/** Interval between saves. With the check every 100 ms, encoding and writing, the file is at most a second old. */
const SAVE_EVERY_MS = 800;
/** Minimum free bytes before an older file is replaced by a partial state: the final result must fit too. */
const ROOM_BYTES = 65_536;
/** Saving uses at most 1/50 of the main thread's time. */
const SHARE_OF_TIME = 50;
/**
 * Number of the last states whose least work is their cost: others are made by code that is not optimized yet, or waited. The first
 * ones have no cost yet, since one of 20 ms would delay the next state by a second.
 */
const MEASURED = 4;
/** Maximum average write rate. */
const BYTES_PER_MS = 4000;

/**
 * Writes the result as JSON at the end of the run. Before that, a regular file contains the state of the run, marked
 * partial: from before the load, and at most a second old (older for results of megabytes).
 * @param warn receives the first write error
 */
export function jsonReport(output: Output, warn: (message: string) => void): Reporter {
  const saved = new SavedStates(output, warn);
  const write = async (result: RunResult): Promise<void> => {
    await saved.settle();
    try {
      await output.write(renderJson(toResultDocument(result)), true);
    } catch (error) {
      throw new LoadbotError('internal', `${messageOf(error)}; ${saved.describe()}`, { cause: error });
    }
  };
  return {
    save: (soFar, isDue) => saved.save(soFar, isDue),
    endWithoutLoad: write,
    end: write,
  };
}

/** Saves partial states of a run to a result file. */
class SavedStates {
  readonly #output: Output;
  readonly #warn: (message: string) => void;
  readonly #encoder = new PartialEncoder();
  /** Chain of sequential writes; never rejects. */
  #writes: Promise<void> = Promise.resolve();
  #pending = 0;
  #nextMs = 0;
  /** Work of the main thread for the last states, in milliseconds; 0: not known yet. */
  #costsMs: readonly number[] = Array.from({ length: MEASURED }, () => 0);
  /** Time of the state in the file, in milliseconds since the epoch. */
  #savedEpochMs: number | undefined;
  #hasFailed = false;

  constructor(output: Output, warn: (message: string) => void) {
    this.#output = output;
    this.#warn = warn;
  }

  async save(soFar: () => PartialRunResult, isDue: boolean): Promise<void> {
    // A pipe receives only the final text.
    if (this.#output.place.kind !== 'file') return;
    if (!isDue && (this.#pending > 0 || performance.now() < this.#nextMs)) return;
    const startMs = performance.now();
    const reading = new WorkMeter();
    reading.begin();
    const state = soFar();
    const readMs = reading.workMs;
    this.#pending++;
    this.#writes = this.#writes.then(() => this.#write(state, startMs, readMs));
    await this.#writes;
  }

  /** Resolves when no write is pending. */
  settle(): Promise<void> {
    return this.#writes;
  }

  async #requireRoom(): Promise<void> {
    const { place, path } = this.#output;
    if (place.kind !== 'file' || place.existing === undefined || place.inPlace) return;
    const disk = await statfs(dirname(place.path)).catch(() => undefined);
    if (disk === undefined || disk.bavail * disk.bsize >= ROOM_BYTES) return;
    throw new Error(`cannot write the result to ${path}: ${describeFailure({ code: 'ENOSPC' })}`);
  }

  /** Describes the content of the file, as the end of an error message. */
  describe(): string {
    if (this.#output.place.kind !== 'file') return 'the result is lost';
    if (this.#savedEpochMs === undefined) return 'the file has no data of this run';
    return `the file contains the partial result of ${new Date(this.#savedEpochMs).toISOString()}`;
  }

  async #write(state: PartialRunResult, startMs: number, readMs: number): Promise<void> {
    try {
      await this.#requireRoom();
      const text = await this.#encoder.encode(state);
      const bytes = text.reduce((sum, part) => sum + part.length, 0);
      this.#costsMs = [readMs + this.#encoder.costMs, ...this.#costsMs.slice(0, MEASURED - 1)];
      const waitMs = Math.max(Math.min(...this.#costsMs) * SHARE_OF_TIME, bytes / BYTES_PER_MS);
      this.#nextMs = startMs + Math.max(SAVE_EVERY_MS, waitMs);
      await this.#output.write(text);
      this.#savedEpochMs = state.endedEpochMs;
    } catch (error) {
      if (!this.#hasFailed) this.#warn(`${messageOf(error)}; ${this.describe()}; will retry`);
      this.#hasFailed = true;
    } finally {
      this.#pending--;
    }
  }
}

/** Renders the result file. */
export function renderJson(document: ResultDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
