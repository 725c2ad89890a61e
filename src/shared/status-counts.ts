/** Responses by status code (`100` to `599`, or `other`), without zeros. */
export type StatusCounts = Readonly<Record<string, number>>;

/** Key of responses with a code outside 100 to 599. */
export const OTHER_STATUS = 'other';

/** Adds both; `undefined` if neither counts status codes. */
export function addStatuses(a: StatusCounts | undefined, b: StatusCounts | undefined): StatusCounts | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const codes = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.freeze(Object.fromEntries([...codes].map((code) => [code, (a[code] ?? 0) + (b[code] ?? 0)])));
}
