/** Results of an attempt to deliver or scrape metrics; the values of the label `status`. */
export const ATTEMPT_STATUSES = [
  'success',
  'timeout',
  'refused',
  'reset',
  'dns',
  'tls',
  'http_4xx',
  'http_5xx',
  'parse',
] as const;
export type AttemptStatus = (typeof ATTEMPT_STATUSES)[number];

/** Results of a failed attempt. */
export type FailureStatus = Exclude<AttemptStatus, 'success'>;
