import { resolve } from 'node:path';
import type { NamedFile } from '../reports/output/output-conflicts.ts';
import type { Environment } from '../workload/variables.ts';
import type { PlannedWorkload } from './plan-workload.ts';

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
  const fromDirectory = [...named].map((text) => resolve(workload.directory, text));
  const fromEnvironment = Object.entries(env).flatMap(([name, value = '']) =>
    /^(LOADBOT_|NODE_EXTRA_CA_CERTS)/.test(name) ? [value] : [],
  );
  const paths = new Set([...fromDirectory, ...named, ...fromEnvironment].filter(isPath));
  return [
    ...(source === '-' ? [] : [{ path: source, role: 'the workload file' }]),
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
