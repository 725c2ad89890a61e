import { dirname, isAbsolute, join, resolve } from 'node:path';
import { WORKLOAD_LIMITS } from '../../shared/bounds.ts';
import { LoadbotError, type Diagnostic } from '../../shared/errors.ts';
import { formatBytes } from '../../shared/units.ts';
import { parseValue } from '../check-shape.ts';
import type { PathDiagnostic } from '../diagnostics.ts';
import { asObject } from '../entries.ts';
import { includeField } from '../features/composition.ts';
import { isModule, nameOf, parseText, readText, type SourceIo } from '../read/read-text.ts';
import { locateDiagnostics, toProblem } from '../read/source-document.ts';
import { mergeOver, type Sourced, type SourceFile, without } from './sourced.ts';

/** A workload of all included files. */
export interface Included {
  readonly merged: Sourced;
  /** Every file, the main one first. */
  readonly files: readonly SourceFile[];
}

/**
 * Reads a workload file and the files that it includes, and merges them.
 * @throws {LoadbotError} `config_invalid`; with all problems, unless the file itself cannot be read
 */
export async function readIncluding(
  source: string,
  io: SourceIo,
  problems: Diagnostic[],
): Promise<Included | undefined> {
  const content = await readText(source, io);
  const main = {
    name: nameOf(source),
    directory: source === '-' ? '.' : dirname(source),
    document: await parseText(source, content),
  };
  const reader = new IncludeReader(io, problems, Buffer.byteLength(content));
  const merged = await reader.withIncludes(main, [source === '-' ? main.name : resolve(source)], [main.name]);
  return merged && { merged, files: reader.files };
}

class IncludeReader {
  readonly files: SourceFile[] = [];
  readonly #io: SourceIo;
  readonly #problems: Diagnostic[];
  /** Absolute paths of files that have been read. */
  readonly #read = new Set<string>();
  #bytes: number;

  constructor(io: SourceIo, problems: Diagnostic[], bytes: number) {
    this.#io = io;
    this.#problems = problems;
    this.#bytes = bytes;
  }

  /**
   * The fields of a file over those of its includes; `undefined` for a file that is not a workload.
   * @param chain absolute paths of the files that include each other, this one last
   * @param names the same, in messages
   */
  async withIncludes(
    file: SourceFile,
    chain: readonly string[],
    names: readonly string[],
  ): Promise<Sourced | undefined> {
    this.files.push(file);
    const { document, name } = file;
    if (document.fault !== undefined) {
      this.#problems.push(toProblem({ path: [], ...document.fault }, name, document.fault.at));
      return undefined;
    }
    const own: Sourced = { value: document.value, place: { file, path: [] } };
    if (asObject(document.value) === undefined) {
      this.#report(file, { path: [], message: 'a workload is an object: { "connection_string": ..., "jobs": [...] }' });
      return undefined;
    }
    const { include } = asObject(document.value) ?? {};
    if (include === undefined) return own;
    const found = parseValue(includeField, include, ['include']).findings;
    for (const finding of found) this.#report(file, finding);
    if (found.length > 0) return own;
    let below: Sourced = { value: {}, place: own.place };
    for (const [index, entry] of includeField.parse(include)?.entries() ?? []) {
      const part = await this.#include(entry, index, file, chain, names);
      if (part !== undefined) below = mergeOver(below, without(part, ['include']), true);
    }
    return mergeOver(below, own, true);
  }

  async #include(
    entry: string,
    index: number,
    file: SourceFile,
    chain: readonly string[],
    names: readonly string[],
  ): Promise<Sourced | undefined> {
    const report = (message: string, hint?: string): undefined =>
      this.#report(file, { path: ['include', index], message, hint });
    if (entry.includes('${')) {
      return report('cannot contain a variable', 'files are read before parameters are known: write the path out');
    }
    const name = isAbsolute(entry) ? entry : join(file.directory, entry);
    if (isModule(entry)) return report('is a module, which only the workload itself may be', 'include JSON or YAML');
    const path = resolve(name);
    const way = [...names, name].join(' > ');
    if (chain.includes(path)) return report(`includes itself: ${way}`, 'remove one of these includes');
    if (chain.length > WORKLOAD_LIMITS.includeLevels) {
      return report(`is nested more than ${WORKLOAD_LIMITS.includeLevels} levels deep: ${way}`);
    }
    // A file that several others include counts once, at its first place.
    if (this.#read.has(path)) return undefined;
    this.#read.add(path);
    if (this.#read.size > WORKLOAD_LIMITS.includes) {
      return report(`is file ${this.#read.size}; at most ${WORKLOAD_LIMITS.includes} can be included`);
    }
    try {
      const content = await readText(name === '-' ? './-' : name, this.#io);
      this.#bytes += Buffer.byteLength(content);
      if (this.#bytes > WORKLOAD_LIMITS.workloadBytes) {
        return report(`makes the workload larger than ${formatBytes(WORKLOAD_LIMITS.workloadBytes)}`);
      }
      const document = await parseText(name, content);
      return await this.withIncludes({ name, directory: dirname(name), document }, [...chain, path], [...names, name]);
    } catch (error) {
      if (!(error instanceof LoadbotError)) throw error;
      return report(error.message, error.hint ?? `relative to ${file.name}`);
    }
  }

  #report({ document, name }: SourceFile, finding: PathDiagnostic): undefined {
    this.#problems.push(...locateDiagnostics(document, name, [finding]));
  }
}
