import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LoadbotError, messageOf } from '../core/errors.ts';
import { describeFailure } from './output/failure.ts';
import type { Output } from './output/output.ts';
import { PartialEncoder } from './partial-encoder.ts';
import type { Report, RunResult, RunSoFar } from './report.ts';
import { type ResultDocument, toResultDocument } from './result-document.ts';

/** From one state of a run to the next: asked each 100 ms, and with its encoding and writing, a file is at most a second old. */
const SAVE_EVERY_MS = 800;
/** Bytes that must be free before an older file is given up for a state: the final result has to fit, too. */
const ROOM_BYTES = 65_536;
/** Of the main thread's time, saving takes at most 1 part in so many. */
const SHARE_OF_TIME = 20;
/** Bytes a second that are written at most, on average. */
const BYTES_PER_MS = 4000;

/**
 * Writes the result as JSON when the run ends. A regular file holds the state of the run before that, marked partial, from
 * before the load on and at most a second old; for results of megabytes, older.
 * @param warn hears that the file cannot be written, once
 */
export function jsonReport(output: Output, warn: (message: string) => void): Report {
  const saved = new SavedStates(output, warn);
  const write = async (result: RunResult): Promise<void> => {
    await saved.settle();
    try {
      await output.write(renderJson(toResultDocument(result)));
    } catch (error) {
      throw new LoadbotError('internal', `${messageOf(error)}; ${saved.describe()}`, { cause: error });
    }
  };
  return {
    save: (soFar, isDue) => saved.save(soFar, isDue),
    endUnopened: write,
    end: write,
  };
}

/** The states of a run in a result file. */
class SavedStates {
  readonly #output: Output;
  readonly #warn: (message: string) => void;
  readonly #encoder = new PartialEncoder();
  /** Writes, one after the other; never rejects. */
  #writes: Promise<void> = Promise.resolve();
  #pending = 0;
  #nextMs = 0;
  /** When the state in the file was read. */
  #heldEpochMs: number | undefined;
  #hasFailed = false;

  constructor(output: Output, warn: (message: string) => void) {
    this.#output = output;
    this.#warn = warn;
  }

  async save(soFar: () => RunSoFar, isDue: boolean): Promise<void> {
    // A pipe takes one text, and that is the final one.
    if (this.#output.place.kind !== 'file') return;
    if (!isDue && (this.#pending > 0 || performance.now() < this.#nextMs)) return;
    const startMs = performance.now();
    const state = soFar();
    const readMs = performance.now() - startMs;
    this.#pending++;
    this.#writes = this.#writes.then(() => this.#write(state, startMs, readMs));
    await this.#writes;
  }

  /** Resolves when no state is being written. */
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

  /** What the file holds, as the end of a message. */
  describe(): string {
    if (this.#output.place.kind !== 'file') return 'nothing of the result is kept';
    if (this.#heldEpochMs === undefined) return 'the file holds nothing of this run';
    return `the file holds its partial result of ${new Date(this.#heldEpochMs).toISOString()}`;
  }

  async #write(state: RunSoFar, startMs: number, readMs: number): Promise<void> {
    try {
      await this.#requireRoom();
      const text = await this.#encoder.encode(state);
      const waitMs = Math.max((readMs + this.#encoder.costMs) * SHARE_OF_TIME, text.length / BYTES_PER_MS);
      this.#nextMs = startMs + Math.max(SAVE_EVERY_MS, waitMs);
      await this.#output.write(text);
      this.#heldEpochMs = state.endedEpochMs;
    } catch (error) {
      if (!this.#hasFailed) this.#warn(`${messageOf(error)}; ${this.describe()}; it is tried again`);
      this.#hasFailed = true;
    } finally {
      this.#pending--;
    }
  }
}

/** The result file itself. */
export function renderJson(document: ResultDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
