import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { loadWorkload, type LoadedWorkload } from '../config/load.ts';
import { LoadbotError } from '../core/errors.ts';
import { buildPlan } from '../plan/build.ts';
import type { PlanOverrides } from '../plan/overrides.ts';
import type { Plan } from '../plan/plan.ts';
import type { CommandIo } from './command-io.ts';

/** The ways in which a command can be told its workload file. */
export interface SourceOptions {
  readonly configFile?: string | undefined;
  readonly stdin?: boolean | undefined;
}

/**
 * The one workload file that a command line names: a path, or `-` for standard input.
 * @throws {LoadbotError} `config_invalid` for none and for more than one
 */
export function chooseSource(file: string | undefined, { configFile, stdin }: SourceOptions): string {
  const given = [file, configFile, stdin === true ? '-' : undefined].filter((source) => source !== undefined);
  const [source] = given;
  const hint = 'give one path, -f/--config-file PATH, or --stdin';
  if (source === undefined) throw new LoadbotError('config_invalid', 'no workload file is given', { hint });
  if (given.length > 1) throw new LoadbotError('config_invalid', 'more than one workload file is given', { hint });
  return source;
}

/** A checked workload file and the plan made of it and the flags. */
export interface PlannedWorkload {
  readonly workload: LoadedWorkload;
  readonly plan: Plan;
}

/**
 * Reads, checks and plans a workload on this machine.
 * @throws {LoadbotError} `config_invalid`, with every problem at once
 */
export async function planWorkload(source: string, overrides: PlanOverrides, io: CommandIo): Promise<PlannedWorkload> {
  const { env } = io;
  const readStdin = (): Promise<string> => io.readStdin();
  const workload = await loadWorkload(source, { env, readStdin, readFile: readText }, overrides);
  const readFile = (path: string): string => readFileSync(path, 'utf8');
  const plan = buildPlan(workload, overrides, { env, readFile, hostname: hostname(), uuid: randomUUID });
  return { workload, plan };
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8');
}
