/** A request as a function of the workload may change it. HTTP only. */
export interface ChangeableRequest {
  method: string;
  /** Path and query, from the root of the host. */
  path: string;
  /** By lower-case name. */
  headers: Record<string, string>;
  /** Text, or bytes; `null`: none. */
  body: string | Uint8Array | null;
}

/**
 * Changes a request in place, before it is sent.
 * @param exchange receives the values of custom metrics
 * @throws {Error} when it cannot, with a message for reports
 */
export type RequestChange = (
  request: ChangeableRequest,
  sequence: number,
  exchange: { record(metric: number, value: number): void },
) => void;
