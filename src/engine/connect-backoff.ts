import type { ErrorClass, FailureDetail } from '../shared/outcome.ts';

/** Failures to connect. An immediate retry would only use CPU time, so these back off. */
const CONNECT_FAILURES: ReadonlySet<ErrorClass> = new Set(['refused', 'dns', 'tls', 'client_resource']);
const REJECTED_CONNECTIONS: ReadonlySet<FailureDetail> = new Set(['too_many_connections', 'authentication']);
const FIRST_BACKOFF_MS = 10;
const MAX_BACKOFF_MS = 500;

/** Whether a request failed because it could not connect. */
export function isConnectFailure(errorClass: ErrorClass, detail: FailureDetail | undefined): boolean {
  return CONNECT_FAILURES.has(errorClass) || (detail !== undefined && REJECTED_CONNECTIONS.has(detail));
}

/** Backoff after a failure to connect, in milliseconds. @param previousMs the one before; 0: the first failure */
export function nextBackoffMs(previousMs: number): number {
  return Math.min(Math.max(previousMs * 2, FIRST_BACKOFF_MS), MAX_BACKOFF_MS);
}
