/** A response that is read as a stream of events. */
export interface StreamPlan {
  /** `sse`: Server-Sent Events; `ndjson`: each line that is not empty is an event. */
  readonly format: 'sse' | 'ndjson';
  /** Number of events after which the request ends; `Infinity`: it ends with the response. */
  readonly maxEvents: number;
  /** Milliseconds since sending after which the request ends; `Infinity`: it ends with the response. */
  readonly maxMs: number;
}
