import type { OperationPlan, RequestJobPlan } from '../../../plan/plan.ts';
import type { StepPlan, TransactionControl, TransactionPlan } from '../../../plan/scenario.ts';
import type { Json } from '../../../shared/json.ts';
import { DEFAULTS } from '../../defaults.ts';
import type { Path } from '../../diagnostics.ts';
import { typeOfStep } from '../../entries.ts';
import type { MixContext } from '../mixed.ts';
import { buildOperation, type RequestEntry } from '../request.ts';
import { returnedValues } from './names.ts';
import type { ScenarioEntry } from './schema.ts';
import type { InnerStepEntry, StepEntry } from './step-schema.ts';

const { scenario: defaults } = DEFAULTS;

/** Parts of a job's plan that a scenario determines. */
type PlannedScenario = Pick<RequestJobPlan, 'mix' | 'userOperations' | 'scenario'>;

/** The fields of a scenario and those that its steps inherit. */
type ScenarioJob = Omit<ScenarioEntry, 'steps'> & {
  readonly steps?: ScenarioEntry['steps'] | undefined;
} & RequestEntry;

/** Plans the operations and the steps of a scenario. */
export function planScenario(job: ScenarioJob, context: MixContext): PlannedScenario {
  const { before = [], steps = [], after = [], variables = {}, session, on_error: onError, transaction } = job;
  const requests = new StepPlanner(job, context);
  const ofUsers = new StepPlanner({ ...job, expect: undefined }, context);
  const planned = requests.planAll(steps, ['steps']);
  return {
    scenario: {
      steps: planned,
      before: ofUsers.planAll(before, ['before']),
      after: ofUsers.planAll(after, ['after']),
      variables: variables as Readonly<Record<string, Json>>, // the parsers make nothing but JSON values
      session: session ?? defaults.session,
      onError: onError ?? defaults.on_error,
      transaction: transaction && planTransaction(transaction, requests),
    },
    mix: requests.operations,
    userOperations: ofUsers.operations,
  };
}

/** Plans steps, and collects the operations of their requests. */
class StepPlanner {
  readonly operations: OperationPlan[] = [];
  readonly #shared: RequestEntry;
  readonly #context: MixContext;
  readonly #job: ScenarioJob;

  constructor(job: ScenarioJob, context: MixContext) {
    const { data_size, batch_size, keys, scan_length, filter, read_first, max_body, expect, stream } = job;
    this.#job = job;
    this.#shared = { data_size, batch_size, keys, scan_length, filter, read_first, max_body, expect, stream };
    this.#context = context;
  }

  planAll(steps: readonly StepEntry[], path: Path): readonly StepPlan[] {
    return steps.map((step, index) => this.#plan(step, [...path, index]));
  }

  /** Adds an operation that is a part of a transaction. */
  addControl(step: string, transaction: TransactionControl): number {
    const { httpOf: _, ...context } = this.#context;
    const operation = buildOperation({ type: 'update', step }, {}, context);
    return this.operations.push({ ...operation, transaction }) - 1;
  }

  #plan(step: StepEntry, path: Path): StepPlan {
    const { steps, one_of: branches } = step;
    const flow = planFlow(step);
    if (steps !== undefined) return { ...flow, kind: 'group', steps: this.#planRequests(steps, [...path, 'steps']) };
    if (branches === undefined) return this.#planRequest(step, path);
    return {
      ...flow,
      kind: 'one_of',
      branches: branches.map(({ weight = defaults.weight, steps }, index) => ({
        weight,
        steps: this.#planRequests(steps, [...path, 'one_of', index, 'steps']),
      })),
    };
  }

  #planRequests(steps: readonly InnerStepEntry[], path: Path): readonly StepPlan[] {
    return steps.map((step, index) => this.#planRequest(step, [...path, index]));
  }

  #planRequest(step: InnerStepEntry, path: Path): StepPlan {
    const { name = '', type = typeOfStep(step), http, function: called, ...own } = step;
    if (called !== undefined) {
      const named = name === '' ? called : name;
      const values = returnedValues(this.#job, named);
      return { ...planFlow(step), kind: 'function', name: named, export: called, values };
    }
    const { httpOf, ...context } = this.#context;
    const operation = buildOperation(
      { type, step: name },
      { ...this.#shared, ...own },
      { ...context, http: httpOf(http, path) },
    );
    return { ...planFlow(step), kind: 'request', operation: this.operations.push(operation) - 1 };
  }
}

function planFlow({ think_time: thinkTime, repeat, chance, if: condition, for_each: forEach }: InnerStepEntry) {
  const times = repeat && { kind: 'times' as const, ...repeat };
  const elements = forEach && {
    kind: 'for_each' as const,
    list: forEach.in,
    limit: forEach.limit ?? defaults.limit,
  };
  return { chance: chance ?? defaults.chance, condition, repetition: elements ?? times, thinkTime };
}

function planTransaction(
  {
    isolation,
    read_only: readOnly = defaults.read_only,
    retries = defaults.retries,
  }: NonNullable<ScenarioEntry['transaction']>,
  planner: StepPlanner,
): TransactionPlan {
  const control: TransactionControl = { kind: 'begin', isolation, readOnly };
  return {
    retries,
    begin: planner.addControl('begin', control),
    commit: planner.addControl('commit', { kind: 'commit' }),
    rollback: planner.addControl('rollback', { kind: 'rollback' }),
  };
}
