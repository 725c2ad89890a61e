/** What can become of an attempt to deliver metrics or to read them, as the label `status` says it. */
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

/** What can become of one that fails. */
export type FailureStatus = Exclude<AttemptStatus, 'success'>;
