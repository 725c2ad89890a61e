import { parseConnectionString } from '../config/connection-string.ts';
import { httpUrlFault, type UrlFault } from '../config/http-url.ts';

/** A short load of one simple request, again and again. */
export interface Load {
  /** Requests per second; `undefined`: as many as can be. */
  readonly rate: number | undefined;
  readonly connections: number;
  readonly threads: number;
  /** Load of the same kind that is not measured, and the measured one behind it. */
  readonly warmUpMs: number;
  readonly durationMs: number;
}

/** The workload file of such a load. */
export function workloadOf(target: string, { rate, connections, threads, warmUpMs, durationMs }: Load): string {
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

/** Why a target cannot be asked; nothing of it is repeated. */
export function targetFault(target: string): UrlFault | undefined {
  if (/^https?:/i.test(target)) return httpUrlFault(target);
  const connection = parseConnectionString(target);
  return 'message' in connection ? connection : undefined;
}

/** Where a target is, and the least that it can be asked. */
export function requestTo(target: string): { readonly connectionString: string; readonly request: object } {
  const scheme = target.slice(0, target.indexOf(':')).toLowerCase();
  if (/^https?$/.test(scheme) && URL.canParse(target)) {
    const url = new URL(target);
    const path = url.pathname + url.search;
    url.pathname = url.search = url.hash = '';
    return { connectionString: url.href, request: { collection: 'calibration', http: { path } } };
  }
  if (/^(postgres|postgresql|mysql)$/.test(scheme)) return { connectionString: target, request: { sql: 'SELECT 1' } };
  if (/^rediss?$/.test(scheme)) return { connectionString: target, request: { command: 'PING' } };
  if (/^mongodb(\+srv)?$/.test(scheme)) return { connectionString: target, request: { command: { ping: 1 } } };
  return { connectionString: target, request: { collection: 'calibration', http: { path: '/' } } };
}
