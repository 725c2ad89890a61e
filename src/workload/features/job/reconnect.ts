import { z } from 'zod';
import type { ReconnectPlan } from '../../../plan/plan.ts';
import type { PathDiagnostic } from '../../diagnostics.ts';
import { jobsOf } from '../../entries.ts';
import { integer, optional, positiveDuration } from '../../values.ts';

const MOST_REQUESTS = 1_000_000_000;
const FORMS = 'must be "request", "iteration", a number of requests from 1, or a duration above 0 such as "30s"';

const reconnect = z.union(
  [
    z.literal('request').transform((): ReconnectPlan => ({ kind: 'requests', requests: 1 })),
    z.literal('iteration').transform((): ReconnectPlan => ({ kind: 'iteration' })),
    integer(1, MOST_REQUESTS).transform((requests): ReconnectPlan => ({ kind: 'requests', requests })),
    positiveDuration.transform((ms): ReconnectPlan => ({ kind: 'age', ms })),
  ],
  { error: FORMS },
);

/** Field of jobs: when a connection is closed and opened again. */
export const reconnectField = optional(reconnect, {
  description:
    'Close each connection and open a new one before each `"request"`, before each `"iteration"` of a scenario, after a number of requests, or before the first request after a duration. Opening is part of the service time. A transaction is not interrupted.',
  without: 'connections stay open',
  examples: ['request', 100, '30s'],
});

/** Reports `"iteration"` on a job without iterations. */
export function checkReconnect(file: unknown): PathDiagnostic[] {
  return jobsOf(file)
    .filter(({ fields }) => fields['reconnect'] === 'iteration' && fields['type'] !== 'scenario')
    .map(({ path }) => ({
      path: [...path, 'reconnect'],
      message: '"iteration" is for jobs of type scenario, which have iterations',
      hint: 'write "request"',
    }));
}
