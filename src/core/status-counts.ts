/** Responses by status code (`100` to `599`, or `other`), of the codes that occurred. */
export type StatusCounts = Readonly<Record<string, number>>;

/** Key of the responses whose code is not from 100 to 599. */
export const OTHER_STATUS = 'other';

/** Both counted together; `undefined` where neither side counts status codes. */
export function addStatuses(a: StatusCounts | undefined, b: StatusCounts | undefined): StatusCounts | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const codes = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.freeze(Object.fromEntries([...codes].map((code) => [code, (a[code] ?? 0) + (b[code] ?? 0)])));
}
