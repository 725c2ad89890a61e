import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ParseError, parse } from 'jsonc-parser';
import { expect } from 'vitest';
import type { ResultDocument } from '../../src/reports/document/result-document.ts';
import { Agent, type Ended, readResult, scratchFile } from '../e2e/agent.ts';

/** A step as written, or a group or branch of steps. */
export interface ScriptStep {
  readonly name?: string;
  readonly http?: { readonly method?: string; readonly path?: string };
  readonly repeat?: number;
  readonly chance?: number;
  readonly if?: unknown;
  readonly for_each?: unknown;
  readonly steps?: readonly ScriptStep[];
  readonly one_of?: readonly { readonly steps: readonly ScriptStep[] }[];
}

export interface ScriptJob extends ScriptStep {
  readonly type: string;
  readonly operations: number;
  readonly connections?: number;
  readonly before?: readonly ScriptStep[];
  readonly parallel?: readonly ScriptJob[];
}

/** A request of a script, and how often each iteration sends it; `undefined`: not always. */
export interface ScriptRequest {
  readonly name: string;
  readonly step: ScriptStep;
  readonly times: number | undefined;
}

function scriptPath(name: string): string {
  return fileURLToPath(new URL(`${name}.jsonc`, import.meta.url));
}

export function readJobs(name: string): readonly ScriptJob[] {
  const errors: ParseError[] = [];
  const text = readFileSync(scriptPath(name), 'utf8');
  const { jobs } = parse(text, errors, { allowTrailingComma: true }) as { readonly jobs: readonly ScriptJob[] };
  expect(errors, name).toEqual([]);
  return jobs.flatMap((job) => job.parallel ?? [job]);
}

/** The requests of a list of steps, those of groups and branches included. */
export function requestsOf(steps: readonly ScriptStep[]): readonly ScriptRequest[] {
  return collectRequests(steps, 1);
}

function collectRequests(steps: readonly ScriptStep[], times: number | undefined): readonly ScriptRequest[] {
  return steps.flatMap((step) => {
    const { name = '', repeat = 1 } = step;
    const isCertain = step.chance === undefined && step.if === undefined && step.for_each === undefined;
    const each = isCertain && times !== undefined ? times * repeat : undefined;
    if (step.steps !== undefined) return collectRequests(step.steps, each);
    if (step.one_of !== undefined) return step.one_of.flatMap((branch) => collectRequests(branch.steps, undefined));
    return [{ name, step, times: each }];
  });
}

/** Runs a script against a target on two threads, and asserts that nothing failed. */
export async function runScript(
  name: string,
  url: string,
  flags: readonly string[] = [],
): Promise<Ended & { readonly result: ResultDocument }> {
  const out = scratchFile('result.json');
  const common = ['--connection_string', url, '--threads', '2', '--seed', '7', '--out', out];
  const agent = new Agent(['run', scriptPath(name), ...common, ...flags]);
  agent.child.stdin?.end();
  const ended = await agent.ended;
  expect(ended.status, `${ended.stdout}\n${ended.stderr}`).toBe(0);
  return { ...ended, result: readResult(out) };
}

/** Requests by the step's name, or by the job's for a job without steps; iterations by `iterations of` the job. */
export function countsOf(result: ResultDocument): Readonly<Record<string, number>> {
  return Object.fromEntries(
    result.jobs.map(({ name, type, step, requests, errors }) => {
      const key = step ?? (type === 'scenario' ? `iterations of ${name}` : name);
      expect(errors, key).toBe(0);
      return [key, requests];
    }),
  );
}
