/** Runs a part of a check. Returns `otherwise` if it throws. */
export type Attempt = <Value>(part: () => Value, otherwise: Value) => Value;

/**
 * Runs a check whose parts are attempted one after the other, so that all of their faults are found.
 * @throws the only fault, or an `AggregateError` of several
 */
export function collectFaults<Result>(check: (attempt: Attempt) => Result): Result {
  const faults: unknown[] = [];
  const result = check((part, otherwise) => {
    try {
      return part();
    } catch (error) {
      faults.push(...(error instanceof AggregateError ? error.errors : [error]));
      return otherwise;
    }
  });
  throwFaults(faults);
  return result;
}

/** @throws the only fault, or an `AggregateError` of several; nothing without faults */
export function throwFaults(faults: readonly unknown[]): void {
  if (faults.length > 1) throw new AggregateError(faults);
  if (faults.length === 1) throw faults[0];
}
