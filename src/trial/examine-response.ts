import { type Capture, compileCapture } from '../checks/capture.ts';
import { type Check, compileCheck } from '../checks/check.ts';
import type { CompileTemplate } from '../checks/comparison.ts';
import { ResponseView, UnreadableResponse } from '../checks/response-view.ts';
import type { Exchange, ResponseContent } from '../drivers/driver.ts';
import { captureKey } from '../engine/scenario/prepare-scenario.ts';
import type { OperationPlan, RequestJobPlan } from '../plan/plan.ts';
import type { CapturePlan } from '../plan/response-plan.ts';
import { messageOf } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import { isSecretParameter } from '../shared/secret-text.ts';

/** A check of one response. */
interface ExaminedCheck {
  readonly name: string;
  /** Why it failed; `undefined`: it passed. */
  readonly fault: string | undefined;
}

/** A captured value, or why there is none. */
type ExaminedCapture = { readonly name: string; readonly isSecret: boolean } & (
  | { readonly value: Json }
  | { readonly fault: string }
);

/** Parts of one response. */
export interface ExaminedResponse {
  readonly checks: readonly ExaminedCheck[];
  readonly captures: readonly ExaminedCapture[];
  /** Text of the body, or the result as JSON; `undefined`: no response. */
  readonly body: string | undefined;
  /** Size of the body in bytes; of a database's result, as received. */
  readonly bytes: number;
  readonly rows: number | undefined;
}

/** Examines the responses of one operation. */
export class ResponseExaminer {
  readonly #checks: readonly Check[];
  readonly #captures: readonly { readonly name: string; readonly isSecret: boolean; readonly capture: Capture }[];
  readonly #view = new ResponseView();

  /**
   * @param operation index among the operations of the job and of its users
   * @param compile compiles the templates that values are compared with
   */
  constructor(
    job: RequestJobPlan,
    { expect, captures }: OperationPlan,
    operation: number,
    seed: number,
    compile?: CompileTemplate,
  ) {
    this.#checks = (expect?.checks ?? []).map((check) => compileCheck(check, compile));
    this.#captures = captures.map((plan) => ({
      name: plan.name,
      isSecret: isSecretCapture(plan),
      capture: compileCapture(plan, captureKey(seed, job, operation, plan.name)),
    }));
  }

  /** @param isOk whether the request itself succeeded; others are neither checked nor captured from */
  examine(exchange: Exchange, serviceMs: number, isOk: boolean): ExaminedResponse {
    const { response, sequence } = exchange;
    this.#view.open(response, serviceMs);
    return {
      checks: isOk ? this.#checks.map((check) => ({ name: check.name, fault: check.fault(this.#view, sequence) })) : [],
      captures: isOk
        ? this.#captures.map(({ name, isSecret, capture }) => ({ name, isSecret, ...this.#read(capture, sequence) }))
        : [],
      body: response && bodyOf(response),
      bytes: response === undefined ? 0 : sizeOf(response, exchange.receivedBytes),
      rows: response?.rowCount,
    };
  }

  #read(capture: Capture, sequence: number): { readonly value: Json } | { readonly fault: string } {
    try {
      return { value: capture.read(this.#view, sequence) };
    } catch (error) {
      if (error instanceof UnreadableResponse) return { fault: error.message };
      throw error;
    }
  }
}

/** Whether a captured value is a secret by its name, or by that of its place. */
function isSecretCapture({ name, source }: CapturePlan): boolean {
  return source.kind === 'cookie' || [name, ...Object.values(source)].some((text) => isSecretParameter(String(text)));
}

function bodyOf(response: ResponseContent): string {
  try {
    const value = response.value();
    return value === undefined ? response.text() : JSON.stringify(value);
  } catch (error) {
    return `(${messageOf(error)})`;
  }
}

function sizeOf(response: ResponseContent, receivedBytes: number): number {
  if (response.rowCount !== undefined) return receivedBytes;
  try {
    return response.bodyBytes;
  } catch {
    return receivedBytes;
  }
}
