/** Messages of all faults that a check throws, alone or together. */
export function faultsOf(check: () => unknown): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    return (error instanceof AggregateError ? error.errors : [error]).map((fault: Error) => fault.message);
  }
}
