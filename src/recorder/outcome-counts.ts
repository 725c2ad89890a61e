import { ERROR_CLASSES, type ErrorClass, FAILURE_DETAILS, type FailureDetail } from '../shared/outcome.ts';

/** Builds the counts by detail; omits zeros. */
export function detailCounts(countOf: (index: number) => number): Readonly<Partial<Record<FailureDetail, number>>> {
  return Object.freeze(
    Object.fromEntries(
      FAILURE_DETAILS.map((detail, index) => [detail, countOf(index)]).filter(([, count]) => count !== 0),
    ),
  );
}

/** Builds the counts by error class; contains every class. */
export function errorCounts(countOf: (index: number) => number): Readonly<Record<ErrorClass, number>> {
  return Object.freeze(
    Object.fromEntries(ERROR_CLASSES.map((errorClass, index) => [errorClass, countOf(index)])),
  ) as Readonly<Record<ErrorClass, number>>;
}
