import { renderJson } from '../reports/formats/json.ts';
import { toResultDocument } from '../reports/document/result-document.ts';
import type { Reporter, RunResult } from '../reports/report.ts';
import { type RunEntry, toRunEntry } from './run-entry.ts';
import type { ResultStorage } from './run-store.ts';

/** Keeps results in memory, as the texts of their files. */
export class MemoryStorage implements ResultStorage {
  readonly stored = [];
  readonly #texts = new Map<string, string>();

  reporter(kept: (entry: RunEntry) => void): Reporter {
    const keep = (result: RunResult): void => {
      const document = toResultDocument(result);
      const text = renderJson(document);
      this.#texts.set(document.run_id, text);
      kept(toRunEntry(document, null, Buffer.byteLength(text)));
    };
    return { endWithoutLoad: keep, end: keep };
  }

  async read({ run_id: id }: RunEntry): Promise<string> {
    const text = this.#texts.get(id);
    if (text === undefined) throw new Error('it is not in memory');
    return text;
  }

  async remove({ run_id: id }: RunEntry): Promise<void> {
    this.#texts.delete(id);
  }

  async close(): Promise<void> {}
}
