import type { Json } from '../shared/json.ts';
import type { ValueComparison } from './response-plan.ts';

/** Pause of a user, in milliseconds. Draws below 0 count as 0. */
export type ThinkTime =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'normal'; readonly meanMs: number; readonly deviationMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number };

/** Condition on a template's value, such as a captured one. */
export interface StepCondition {
  /** Text as written, for messages. */
  readonly text: string;
  /** Template of the compared value: `#login.role`. */
  readonly value: Json;
  readonly comparison: ValueComparison;
}

/** Repetition of a step: a number of times from `from` to `to`, or once for each element of a captured list. */
export type StepRepetition =
  | { readonly kind: 'times'; readonly from: number; readonly to: number }
  /** `list` is a template that yields a list; `#each.item` and `#each.index` in the step. At most `limit` elements are used. */
  | { readonly kind: 'for_each'; readonly list: Json; readonly limit: number };

/** When and how often a step runs. */
interface StepFlow {
  /** Share of the iterations in which the step runs, above 0 to 1. */
  readonly chance: number;
  readonly condition: StepCondition | undefined;
  readonly repetition: StepRepetition | undefined;
  /** Pause after each execution, also after the last step. */
  readonly thinkTime: ThinkTime | undefined;
}

/** A branch of a `one_of`. */
interface StepBranch {
  readonly weight: number;
  readonly steps: readonly StepPlan[];
}

/** A call of a function of the workload. */
export interface FunctionStepPlan {
  readonly kind: 'function';
  /** Name of the step: the values that the function returns are `#name.value` in templates. */
  readonly name: string;
  /** Export of the module. */
  readonly export: string;
  /** Returned values that templates name. */
  readonly values: readonly string[];
}

/** A step of a scenario. */
export type StepPlan = StepFlow &
  (
    | {
        readonly kind: 'request';
        /** Index into the job's operations; in `before` and `after`, into the user operations. */
        readonly operation: number;
      }
    | FunctionStepPlan
    | { readonly kind: 'group'; readonly steps: readonly StepPlan[] }
    | { readonly kind: 'one_of'; readonly branches: readonly StepBranch[] }
  );

/** A transaction around the steps of an iteration. */
export interface TransactionPlan {
  /** Repetitions after a serialization failure or a deadlock, 0 or more. */
  readonly retries: number;
  /** Indexes into the job's operations. */
  readonly begin: number;
  readonly commit: number;
  readonly rollback: number;
}

/** Steps of a job's virtual users. A ticket of the job is an iteration. */
export interface ScenarioPlan {
  readonly steps: readonly StepPlan[];
  /** Steps of each user before its first and after its last iteration; not in the job's numbers. */
  readonly before: readonly StepPlan[];
  readonly after: readonly StepPlan[];
  /** Templates of `#vars.name`, drawn once for each iteration. */
  readonly variables: Readonly<Record<string, Json>>;
  /** Lifetime of cookies, captures of `before`, and the connection. */
  readonly session: 'user' | 'iteration';
  readonly onError: 'next_iteration' | 'continue';
  readonly transaction: TransactionPlan | undefined;
}

/** Part of a database transaction that an operation performs. */
export type TransactionControl =
  | { readonly kind: 'begin'; readonly isolation: string | undefined; readonly readOnly: boolean }
  | { readonly kind: 'commit' | 'rollback' };

/** Operation that every iteration sends first; `undefined`: it depends on the iteration. */
export function firstOperationOf({ steps, transaction }: ScenarioPlan): number | undefined {
  if (transaction !== undefined) return transaction.begin;
  const first = steps.find(({ kind }) => kind !== 'function');
  const isSure = first?.kind === 'request' && first.chance === 1 && first.condition === undefined;
  return isSure && first.repetition === undefined ? first.operation : undefined;
}
