import { isFault, type TextFault } from '../workload/diagnostics.ts';
import { DRIVER_OF_SCHEME, DRIVERS, isHttpServer } from '../driver-catalog.ts';
import { parseConnectionString } from '../workload/features/connection-string.ts';
import { parseHttpUrl } from '../workload/http-url.ts';

/** A short load of one repeated request. */
export interface TrialLoad {
  /** Requests per second; `undefined`: unpaced. */
  readonly rate: number | undefined;
  readonly connections: number;
  readonly threads: number;
  /** Duration of the unmeasured warm-up, followed by the measured part. */
  readonly warmUpMs: number;
  readonly durationMs: number;
}

/** Returns the workload file of a load. */
export function workloadOf(target: string, { rate, connections, threads, warmUpMs, durationMs }: TrialLoad): string {
  const { connectionString, request } = requestTo(target);
  return JSON.stringify({
    name: 'calibration',
    connection_string: connectionString,
    threads,
    jobs: [
      {
        name: 'calibration',
        type: 'read',
        connections,
        ...(rate !== undefined && { pace: rate }),
        warm_up: `${warmUpMs}ms`,
        duration: `${durationMs}ms`,
        timeout: '5s',
        drain: '1s',
        ...request,
      },
    ],
  });
}

/** Reason why a target URL is invalid; contains no part of the URL. */
export function validateTarget(target: string): TextFault | undefined {
  const parsed = /^https?:/i.test(target) ? parseHttpUrl(target) : parseConnectionString(target);
  return isFault(parsed) ? parsed : undefined;
}

/** Connection string of a target, and its cheapest request. */
export function requestTo(target: string): { readonly connectionString: string; readonly request: object } {
  const driver = DRIVER_OF_SCHEME.get(target.slice(0, target.indexOf(':') + 1).toLowerCase());
  if (driver !== undefined && isHttpServer({ driver }) && URL.canParse(target)) {
    const url = new URL(target);
    const path = url.pathname + url.search;
    url.pathname = url.search = url.hash = '';
    return { connectionString: url.href, request: { collection: 'calibration', http: { path } } };
  }
  return { connectionString: target, request: DRIVERS[driver ?? 'http'].probe };
}
