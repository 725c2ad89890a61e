import { buildPlan } from '../../../src/workload/build-plan.ts';
import type { PlanOverrides } from '../../../src/workload/flags.ts';
import type { Plan, RequestJobPlan } from '../../../src/plan/plan.ts';
import type { PlanInputs } from '../../../src/workload/plan-context.ts';
import { load, type Loading } from './loading.ts';
import { EXISTING_DOCUMENTS } from '../../existing-documents.ts';

export interface Planning extends Loading {
  readonly overrides?: PlanOverrides;
  readonly surroundings?: Partial<PlanInputs>;
}

/** The plan of a workload, given as text or as content. UUIDs count up, a drawn seed is 77; no files exist. */
export async function plan(
  workload: unknown,
  { overrides = {}, surroundings = {}, ...loading }: Planning = {},
): Promise<Plan> {
  const text = typeof workload === 'string' ? workload : JSON.stringify(workload);
  let count = 0;
  return buildPlan(await load(text, { connectionString: overrides.connection_string, ...loading }), overrides, {
    hostname: 'host-7',
    env: loading.env ?? {},
    readFile: noFile,
    readBytes: noFile,
    uuid: () => `uuid-${++count}`,
    randomSeed: () => 77,
    ...surroundings,
  });
}

/** The plan of one job that sends requests: by default a read of the documents of `c`. */
export async function planJob(
  job: object,
  { schemas = [], ...rest }: { readonly schemas?: readonly object[] } & Readonly<Record<string, unknown>> = {},
  planning: Planning = {},
): Promise<RequestJobPlan> {
  const workload = {
    connection_string: 'http://127.0.0.1:8080',
    jobs: [{ type: 'read', collection: 'c', ...job }],
    schemas: [...schemas, EXISTING_DOCUMENTS],
    ...rest,
  };
  const [first] = (await plan(workload, planning)).jobs;
  if (first === undefined || first.type === 'sleep') throw new Error('expected a job that sends requests');
  return first;
}

function noFile(path: string): never {
  throw Object.assign(new Error('no files here'), { code: 'ENOENT', path });
}
