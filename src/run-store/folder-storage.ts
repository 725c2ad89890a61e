import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { messageOf } from '../shared/errors.ts';
import { readBounded } from '../shared/read-file.ts';
import { parseResultDocument } from '../reports/document/parse-result-document.ts';
import { toResultDocument } from '../reports/document/result-document.ts';
import { jsonReport } from '../reports/formats/json.ts';
import { openOutput } from '../reports/output/output.ts';
import type { PartialRunResult, Reporter, RunResult } from '../reports/report.ts';
import { createFolder } from './create-folder.ts';
import { lockFolder } from './folder-lock.ts';
import { INTERRUPTED_END, isUnfinished, PARTIAL_END, RESULT_END, runFileName } from './folder-names.ts';
import { type RunEntry, toRunEntry } from './run-entry.ts';
import type { ResultStorage } from './run-store.ts';

type Warn = (message: string) => void;

/** Report of one run, whose files are in the folder. */
interface OpenedReports {
  readonly path: string;
  readonly partial: Reporter;
  readonly final: Reporter;
}

/** Keeps results in a folder: `NAME.partial.json` each second of a run, `NAME.json` at its end. */
export class FolderStorage implements ResultStorage {
  readonly stored: readonly RunEntry[];
  /** Runs that the end of an earlier process interrupted, found when the folder was opened. */
  readonly interrupted: readonly RunEntry[];
  readonly #folder: string;
  readonly #warn: Warn;
  readonly #unlock: () => Promise<void>;

  private constructor(folder: string, found: FoundResults, warn: Warn, unlock: () => Promise<void>) {
    this.#folder = folder;
    this.stored = found.entries;
    this.interrupted = found.entries.filter(({ run_id: id }) => found.interrupted.has(id));
    this.#warn = warn;
    this.#unlock = unlock;
  }

  /**
   * Creates the folder if necessary, reserves it, and reads the results in it.
   * @throws {LoadbotError} `config_invalid` when another process uses it; errors of Node's file functions
   */
  static async open(folder: string, warn: Warn): Promise<FolderStorage> {
    await createFolder(folder);
    const unlock = await lockFolder(folder);
    try {
      return new FolderStorage(folder, await readResults(folder, warn), warn, unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  reporter(kept: (entry: RunEntry) => void): Reporter {
    let opened: OpenedReports | undefined;
    const end = async (result: RunResult): Promise<void> => {
      opened ??= await this.#open(result);
      if (opened === undefined) return;
      try {
        await opened.final.end(result);
        await rm(opened.path.slice(0, -RESULT_END.length) + PARTIAL_END, { force: true });
        kept(toRunEntry(toResultDocument(result), opened.path, (await stat(opened.path)).size));
      } catch (error) {
        this.#warn(`the result of run ${result.final.runId.slice(0, 8)} is not kept: ${messageOf(error)}`);
      }
    };
    return {
      save: async (soFar, isDue) => {
        // The first state is due: it is that of a run without load.
        if (opened !== undefined || !isDue) return opened?.partial.save?.(soFar, isDue);
        const state = soFar();
        opened = await this.#open(state);
        await opened?.partial.save?.(() => state, isDue);
      },
      endWithoutLoad: end,
      end,
    };
  }

  read({ file }: RunEntry): Promise<string> {
    return readBounded(file ?? '', WORKLOAD_LIMITS.resultBytes);
  }

  async remove({ file }: RunEntry): Promise<void> {
    if (file !== null) await rm(file, { force: true }).catch((error: unknown) => this.#warn(messageOf(error)));
  }

  close(): Promise<void> {
    return this.#unlock();
  }

  /** `undefined`, after a warning: the folder cannot be written. */
  async #open({ startedEpochMs, final: { workload, runId } }: PartialRunResult): Promise<OpenedReports | undefined> {
    const path = join(this.#folder, runFileName(startedEpochMs, workload, runId));
    const nothing = (): void => {};
    try {
      await createFolder(this.#folder);
      const [partial, final] = [
        await openOutput(path + PARTIAL_END, nothing),
        await openOutput(path + RESULT_END, nothing),
      ];
      return {
        path: path + RESULT_END,
        partial: jsonReport(partial, this.#warn),
        final: jsonReport(final, this.#warn),
      };
    } catch (error) {
      this.#warn(`run ${runId.slice(0, 8)} is not kept: ${messageOf(error)}`);
      return undefined;
    }
  }
}

interface FoundResults {
  readonly entries: readonly RunEntry[];
  /** Ids of runs. */
  readonly interrupted: ReadonlySet<string>;
}

/** Reads the results of a folder, and renames those of interrupted runs. Other files stay. */
async function readResults(folder: string, warn: Warn): Promise<FoundResults> {
  const all = await readdir(folder);
  for (const name of all.filter(isUnfinished)) await rm(join(folder, name), { force: true });
  const names = all.filter((name) => name.endsWith(RESULT_END)).toSorted();
  const known = new Set(names);
  const entries = new Map<string, RunEntry>();
  const interrupted = new Set<string>();
  for (const name of names) {
    const isPartial = name.endsWith(PARTIAL_END);
    const base = name.slice(0, -PARTIAL_END.length);
    const path = join(folder, name);
    if (isPartial && known.has(base + RESULT_END)) {
      await rm(path, { force: true });
      continue;
    }
    const kept = isPartial ? join(folder, base + INTERRUPTED_END) : path;
    try {
      const text = await readBounded(path, WORKLOAD_LIMITS.resultBytes);
      const document = parseResultDocument(text, path);
      if (isPartial) await rename(path, kept);
      if (isPartial) interrupted.add(document.run_id);
      entries.set(document.run_id, toRunEntry(document, kept, Buffer.byteLength(text)));
    } catch (error) {
      warn(`${messageOf(error)}; it is not listed`);
    }
  }
  return { entries: [...entries.values()], interrupted };
}
