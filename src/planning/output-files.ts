import { LoadbotError } from '../shared/errors.ts';
import { findConflicts, type NamedFile } from '../reports/output/output-conflicts.ts';
import { resolve } from 'node:path';
import type { Environment } from '../workload/variables.ts';
import type { PlannedWorkload } from './plan-workload.ts';
import { open, rm, stat } from 'node:fs/promises';

/**
 * Refuses outputs that would overwrite an input or each other.
 * @param outputs role: the flag that names the output
 * @throws {LoadbotError} `config_invalid`, with every problem at once
 */
export async function requireSeparateOutputs(
  outputs: readonly NamedFile[],
  inputs: readonly NamedFile[],
): Promise<void> {
  const problems = await findConflicts(outputs, inputs);
  if (problems.length > 0) throw new LoadbotError('config_invalid', 'the reports cannot be written', { problems });
}

/** A longer text is not a path. */
const MAX_PATH = 4096;

/**
 * Every path that a planned run may read: the workload file, and each text of the workload, of the connection string's query
 * and of the environment, since any of them may name a feeder, a certificate or a source. Most are not paths, and match
 * no file.
 * @param source as `chooseSource` returns it
 */
export function inputFiles(source: string, { workload, plan }: PlannedWorkload, env: Environment): NamedFile[] {
  const { target, sources } = plan;
  const query = (target.secretUrl ?? '').split('?')[1] ?? '';
  const words = sources.flatMap(({ origin }) => (origin.kind === 'command' ? origin.words : []));
  const named = new Set([...textsOf(workload.file), ...new URLSearchParams(query).values(), ...words]);
  const fromDirectory = workload.directories.flatMap((directory) => [...named].map((text) => resolve(directory, text)));
  const fromEnvironment = Object.entries(env).flatMap(([name, value = '']) =>
    /^(LOADBOT_|NODE_EXTRA_CA_CERTS)/.test(name) ? [value] : [],
  );
  const paths = new Set([...fromDirectory, ...named, ...fromEnvironment].filter(isPath));
  return [
    ...(source === '-' ? [] : workload.files.map((path) => ({ path, role: 'the workload file' }))),
    ...[...paths].map((path) => ({ path, role: 'a file that the run reads' })),
  ];
}

function isPath(text: string): boolean {
  // A path cannot hold the character 0.
  return text !== '' && text.length <= MAX_PATH && !text.includes('\0');
}

/** Every text in a value, at any depth. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return isPath(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** The beginning of a result file, which holds its kind. */
const HEAD_BYTES = 256;

/**
 * Removes result files of earlier runs, so that they are not taken for the result of a run that could not be planned. Only
 * regular files that hold a result: which files the run would have read is not known.
 */
export async function removeOlderResults(paths: readonly string[]): Promise<void> {
  for (const path of paths) if (await isResult(path)) await rm(path, { force: true }).catch(() => {});
}

async function isResult(path: string): Promise<boolean> {
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isFile() !== true) return false;
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return /^\s*\{\s*"kind":\s*"loadbot_result"/.test(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}
