import type { ChangeableRequest } from '../drivers/request-change.ts';
import type { Json } from '../shared/json.ts';

/** Values of a user by name; those of `captures` by the name of their step. */
export type FunctionVariables = Readonly<Record<string, Json>>;

/** The request, response or step that a function is called for. */
export interface FunctionContext {
  /** Name of the job. */
  readonly job: string;
  /** Name of the operation or step; empty: none. */
  readonly step: string;
  /** Number of the request's data, from 0: the ticket, in a scenario the execution of a step. */
  readonly sequence: number;
  /** Number of the iteration in the job, from 0: equal to `sequence` in other jobs. `undefined` in the steps of a user itself. */
  readonly iteration: number | undefined;
  /** Number of the virtual user in the job, from 0; `undefined`: the job is not a scenario. */
  readonly user: number | undefined;
  /** Variables of the iteration: drawn ones, and those that functions of steps have set. */
  readonly vars: FunctionVariables;
  /** Values that earlier steps have captured or returned, by the names of the step and of the value. */
  readonly captures: Readonly<Record<string, FunctionVariables>>;
  /** Random number from 0 (inclusive) to 1: equal for the same seed, job, request and number of calls before it. */
  random(): number;
  /**
   * Records a value of a metric that `custom_metrics` of the workload declares.
   * @param value of a counter a whole number of at least 0, of a trend seconds
   * @throws {Error} for another name or value
   */
  metric(name: string, value: number): void;
}

/** Context of the function of a step, which may set the variables of the iteration. */
export interface StepFunctionContext extends Omit<FunctionContext, 'vars'> {
  readonly vars: Record<string, Json>;
}

/** A response as `after_response` sees it. */
export interface SeenResponse {
  /** Status code; 0: the protocol has none. */
  readonly status: number;
  /** Service time in milliseconds. */
  readonly durationMs: number;
  /** Value of a header; several of the same name are joined by `, `. `undefined`: absent. */
  header(name: string): string | undefined;
  /** Body as text; only with `export const reads_body = true`. */
  text(): string;
  /** Body as JSON, or the result of a database; only with `export const reads_body = true`. */
  json(): unknown;
}

/**
 * Export `before_request`: changes a request over HTTP in place before it is sent. Returns nothing.
 * @throws {Error} when the request cannot be made: it is not sent, and counts as an error of class `workload`
 */
export type BeforeRequest = (request: ChangeableRequest, context: FunctionContext) => void;

/**
 * Export `after_response`: checks a response. It passes if the result is `undefined` or `true`; text is the reason of a
 * failure.
 */
export type AfterResponse = (response: SeenResponse, context: FunctionContext) => string | boolean | undefined;

/**
 * Export that steps of scenarios name as `function`. Returns an object whose members are values of the step, or nothing.
 * @throws {Error} when the step fails, which counts as an error of class `workload` of its iteration
 */
export type FunctionStep = (context: StepFunctionContext) => Readonly<Record<string, Json | undefined>> | undefined;
