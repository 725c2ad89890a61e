/** Functions of a workload that run for the requests of a job, in each load thread. */
export interface FunctionsPlan {
  /** URL of the module. */
  readonly url: string;
  /** Name of the module in messages. */
  readonly name: string;
  readonly hasBeforeRequest: boolean;
  readonly hasAfterResponse: boolean;
  /** Whether `after_response` reads bodies. */
  readonly readsBody: boolean;
}

/** Name of the check by a function, in the counts of failed checks. */
export const AFTER_RESPONSE = 'after_response';
