import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { WorkloadText } from '../agent/workload-text.ts';
import { loadWorkload, type LoadedWorkload } from '../config/load.ts';
import { readText, type SourceIo } from '../config/read/read-text.ts';
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
  return plan(source, overrides, io, sourceIo(io));
}

/**
 * Reads a workload without a look at what it says.
 * @throws {LoadbotError} `config_invalid` when it cannot be read
 */
export async function readWorkload(source: string, io: CommandIo): Promise<WorkloadText> {
  const text = await readText(source, sourceIo(io));
  return { text, source: source === '-' ? STDIN : resolve(source) };
}

/**
 * Checks and plans a workload that has been read.
 * @throws {LoadbotError} `config_invalid`, with every problem at once
 */
export async function planText(given: WorkloadText, overrides: PlanOverrides, io: CommandIo): Promise<Plan> {
  const read = (): Promise<string> => Promise.resolve(given.text);
  const source = given.source === STDIN ? '-' : given.source;
  const planned = await plan(source, overrides, io, { readStdin: read, readFile: read });
  return planned.plan;
}

const STDIN = 'stdin';

function sourceIo(io: CommandIo): SourceIo {
  return { readStdin: () => io.readStdin(), readFile: (path) => readFile(path, 'utf8') };
}

async function plan(source: string, overrides: PlanOverrides, io: CommandIo, from: SourceIo): Promise<PlannedWorkload> {
  const { env } = io;
  const workload = await loadWorkload(source, { env, ...from }, overrides);
  const readFile = (path: string): string => readFileSync(path, 'utf8');
  const surroundings = { env, readFile, hostname: hostname(), uuid: randomUUID };
  return { workload, plan: buildPlan(workload, overrides, surroundings) };
}
