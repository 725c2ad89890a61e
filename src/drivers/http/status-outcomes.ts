import type { RequestType } from '../../core/job-type.ts';
import { failure, MISS, OK, type Outcome } from '../../core/outcome.ts';
import type { HttpOptions } from '../../core/target.ts';

/** Types for which "not found" is an answer: nothing matched, or nothing was there to drop. */
const CAN_MISS: ReadonlySet<RequestType> = new Set(['read', 'update', 'drop_collection']);

/** HTTP statuses have three digits. */
const STATUSES = 1000;

/**
 * What each status means for a job, indexed by status, so that judging a response is one look-up.
 * Expected statuses (2xx unless the job says otherwise) are ok; 404 is a miss where that makes sense and it was not
 * expected outright; other 4xx and 5xx have their classes; anything else that was not expected fails the check.
 * Redirects are not followed, so a 3xx is such a failure.
 */
export function outcomesByStatus(type: RequestType, expectStatus: HttpOptions['expectStatus']): readonly Outcome[] {
  const expected = expectStatus.length === 0 ? [[200, 299] as const] : expectStatus;
  return Array.from({ length: STATUSES }, (_, status) => {
    if (expected.some(([from, to]) => status >= from && status <= to)) return OK;
    if (status === 404 && CAN_MISS.has(type)) return MISS;
    if (status >= 400 && status <= 499) return failure('status_4xx');
    if (status >= 500 && status <= 599) return failure('status_5xx');
    return failure('check');
  });
}
