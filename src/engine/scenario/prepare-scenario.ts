import { compileCapture } from '../../checks/capture.ts';
import { createRequestData, type RequestDataOptions } from '../../data/create-request-data.ts';
import { countIterationDocuments, type IterationDocuments } from '../../data/document-numbers.ts';
import type { UserRows } from '../../data/row-limits.ts';
import type { Operation } from '../../drivers/driver.ts';
import type { OperationPlan, RequestJobPlan } from '../../plan/plan.ts';
import type { FunctionUser } from '../../functions/function-context.ts';
import type { UserFunctions } from '../../functions/function-module.ts';
import type { FunctionStepPlan, ScenarioPlan, StepPlan } from '../../plan/scenario.ts';
import type { JobMetric } from '../../shared/job-metric.ts';
import { LoadbotError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { streamKey } from '../../shared/random.ts';
import type { RequestData } from '../../templates/request-data.ts';
import { toOperation } from '../operations.ts';
import { type CaptureSlot, userTags } from './captured-tags.ts';
import { FunctionUsers } from './function-users.ts';
import { compileProgram, executionsByOperation, type Program, stepsWithin } from './program.ts';
import { createStepCall } from './step-calls.ts';
import { createRetryBackoff } from './transaction-retry.ts';
import type { PlacedCapture, Steps } from './steps.ts';
import { type UserState, UserStates } from './user-state.ts';
import type { Scenario } from './scenario.ts';

/** A scenario without recorders, and the operations of its driver: those of the job, then those of its users. */
export interface PreparedScenario extends Omit<Scenario, 'recordersOf'> {
  readonly operations: readonly Operation[];
  /** Returns the users of an operation's requests, by their numbers, for functions. */
  readonly userOf: (operation: number) => (sequence: number) => FunctionUser | undefined;
  /** Use of rows of feeders. */
  readonly rows: {
    readonly documents: IterationDocuments;
    /** Templates of all iterations. */
    readonly templates: unknown;
    readonly users: UserRows;
  };
}

/** Data of the job's requests, and the functions of its workload. */
interface ScenarioOptions extends DataOptions {
  readonly functions: UserFunctions | undefined;
}

type DataOptions = Omit<RequestDataOptions, 'operation' | 'job' | 'scenario'>;

/** Steps of one kind: of iterations, or of users themselves. */
interface StepKind {
  readonly scope: 'iteration' | 'user';
  readonly stateOf: (iteration: number) => UserState | undefined;
}

/**
 * Compiles the scenario of a job for one thread.
 * @throws {LoadbotError} for invalid queries and templates
 */
export async function prepareScenario(
  job: RequestJobPlan,
  { functions, ...data }: ScenarioOptions,
): Promise<PreparedScenario> {
  const { scenario, mix, userOperations } = job;
  if (scenario === undefined) throw new LoadbotError('internal', `${job.name} is not a scenario`);
  const states = new UserStates();
  const isUserPerIteration = scenario.session === 'iteration';
  const iterations: StepKind = { scope: 'iteration', stateOf: (ticket) => states.ofTicket(ticket) };
  const users: StepKind = isUserPerIteration
    ? { ...iterations, scope: 'user' }
    : { scope: 'user', stateOf: (user) => states.ofUser(user) };
  const userSlots = slotsOf(userOperations, true);
  const slots = [...userSlots, ...slotsOf(mix, false)];
  const ownCalls = functionStepsIn([...scenario.before, ...scenario.after]);
  const calls = [...ownCalls, ...functionStepsIn(scenario.steps)];

  const executions = executionsByOperation(scenario.steps);
  const documents = countIterationDocuments(
    mix,
    mix.map((_, operation) => executions.get(operation) ?? 1),
  );
  const dataOf = (operation: OperationPlan, place: string, times: number, { scope, stateOf }: StepKind) => {
    const iterationOf = times === 1 ? (number: number) => number : (number: number) => Math.floor(number / times);
    const forUser = scope === 'user';
    const returned = (forUser ? ownCalls : calls).flatMap(({ name, values }) =>
      values.map((value) => ({ step: name, value })),
    );
    const stateAt = (number: number): UserState | undefined => stateOf(iterationOf(number));
    const named = userTags(forUser ? userSlots : slots, returned, forUser, stateAt, iterationOf);
    const userOf = (iteration: number): number => stateOf(iteration)?.number ?? 0;
    const setVariable =
      calls.length === 0
        ? undefined
        : (name: string, iteration: number): Json | undefined => stateOf(iteration)?.functions?.variable(forUser, name);
    const { variables } = scenario;
    const step = { place, scope, iterationOf, userOf, variables, named, documents, setVariable };
    return createRequestData({ ...data, job, operation, scenario: step });
  };
  const flowOf = (kind: StepKind): Promise<RequestData> => dataOf(mix[0]!, `${kind.scope}/flow`, 1, kind); // at least one
  const flow = await flowOf(iterations);
  const userFlow = await flowOf(users);
  const userExecutions = executionsByOperation([...scenario.before, ...scenario.after]);
  const operations = await Promise.all([
    ...mix.map(async (plan, operation) =>
      toOperation(plan, await dataOf(plan, `step/${operation}`, executions.get(operation) ?? 1, iterations)),
    ),
    ...userOperations.map(async (plan, operation) =>
      toOperation(plan, await dataOf(plan, `user/${operation}`, userExecutions.get(operation) ?? 1, users)),
    ),
  ]);

  const key = flowKey(data.seed, job);
  const captures = placeCaptures([...mix, ...userOperations], slots, job.metrics, (operation, name) =>
    captureKey(data.seed, job, operation, name),
  );
  const usersOf = (forUser: boolean): FunctionUsers => {
    const flowData = forUser ? userFlow : flow;
    return new FunctionUsers({
      forUser,
      isByIteration: !forUser || isUserPerIteration,
      variables: new Map(Object.keys(scenario.variables).map((name) => [name, flowData.value(`#vars.${name}`)])),
      slots: forUser ? userSlots : slots,
      functionSteps: (forUser ? ownCalls : calls).map(({ name }) => name),
    });
  };
  const compile = (name: string, steps: readonly StepPlan[], forUser: boolean): Program =>
    compileProgram(steps, {
      key: streamKey(key, name),
      value: (template) => (forUser ? userFlow : flow).value(template),
      callOf: (step) => createStepCall(step, { job, seed: data.seed, functions, users: usersOf(forUser), forUser }),
    });
  const listOf = (program: Program, forUser: boolean): Steps => ({
    program,
    captures,
    forUser,
    continueOnError: scenario.onError === 'continue' && !forUser,
  });
  const own = (name: 'before' | 'after'): Steps | undefined =>
    scenario[name].length === 0
      ? undefined
      : listOf(shiftOperations(compile(name, scenario[name], true), mix.length), true);
  return {
    operations,
    userOf: (operation) => {
      const isOwn = operation >= mix.length;
      const times = (isOwn ? userExecutions.get(operation - mix.length) : executions.get(operation)) ?? 1;
      const { stateOf } = isOwn ? users : iterations;
      const views = usersOf(isOwn);
      return (sequence) => {
        const number = Math.floor(sequence / times);
        const state = stateOf(number);
        return state && views.of(state, number);
      };
    },
    callsFunctions: calls.length > 0,
    rows: {
      documents,
      templates: [scenario.variables, scenario.steps],
      users: {
        operations: userOperations,
        executions: userOperations.map((_, operation) => userExecutions.get(operation) ?? 1),
        isPerIteration: isUserPerIteration,
        variables: scenario.variables,
      },
    },
    before: own('before'),
    steps: listOf(compile('steps', withTransaction(scenario), false), false),
    after: own('after'),
    transaction: scenario.transaction && {
      rollback: listOf(compile('rollback', [requestStep(scenario.transaction.rollback)], false), false),
      retries: scenario.transaction.retries,
      backoffMs: createRetryBackoff(streamKey(key, 'retry'), scenario.transaction.retries),
    },
    isUserPerIteration,
    renewsConnections: isUserPerIteration || job.reconnect?.kind === 'iteration',
    states,
    slots: { user: userSlots.length, iteration: slots.length - userSlots.length },
  };
}

/** Slots of the captures of operations, in order; a capture of the same name shares its slot. */
function slotsOf(operations: readonly OperationPlan[], forUser: boolean): readonly CaptureSlot[] {
  const names = operations.flatMap(({ step, captures }) => captures.map(({ name }) => `${step}.${name}`));
  return [...new Set(names)].map((name, slot) => ({ name, forUser, slot }));
}

/** Steps that call a function, those of groups and branches included. */
function functionStepsIn(steps: readonly StepPlan[]): readonly FunctionStepPlan[] {
  return steps.flatMap((step) => (step.kind === 'function' ? [step] : functionStepsIn(stepsWithin(step))));
}

function flowKey(seed: number, { index }: RequestJobPlan): number {
  return streamKey(seed, index, 'flow');
}

/** Random stream of a capture. @param operation index among the operations of the job and of its users */
export function captureKey(seed: number, job: RequestJobPlan, operation: number, name: string): number {
  return streamKey(flowKey(seed, job), 'capture', operation, name);
}

function placeCaptures(
  operations: readonly OperationPlan[],
  slots: readonly CaptureSlot[],
  metrics: readonly JobMetric[],
  keyOf: (operation: number, name: string) => number,
): PlacedCapture[][] {
  const slotByName = new Map(slots.map(({ name, slot }) => [name, slot]));
  return operations.map(({ step, captures }, operation) =>
    captures.map((capture) => ({
      capture: compileCapture(capture, keyOf(operation, capture.name)),
      slot: slotByName.get(`${step}.${capture.name}`) ?? 0,
      metric: metrics.find(({ name }) => name === capture.metric),
    })),
  );
}

/** The steps of an iteration, between the begin and the commit of its transaction. */
function withTransaction({ steps, transaction }: ScenarioPlan): readonly StepPlan[] {
  if (transaction === undefined) return steps;
  return [requestStep(transaction.begin), ...steps, requestStep(transaction.commit)];
}

function requestStep(operation: number): StepPlan {
  return {
    kind: 'request',
    operation,
    chance: 1,
    condition: undefined,
    repetition: undefined,
    thinkTime: undefined,
  };
}

/** Operations of users follow those of the job in the driver's list. */
function shiftOperations(program: Program, by: number): Program {
  return {
    ...program,
    instructions: program.instructions.map((instruction) =>
      instruction.kind === 'request' ? { ...instruction, operation: instruction.operation + by } : instruction,
    ),
  };
}
