import { selectsDocuments } from '../../shared/job-type.ts';
import { failure, MISS, OK, type Outcome } from '../../shared/outcome.ts';
import type { Operation } from '../driver.ts';

/** HTTP statuses have three digits. */
const STATUSES = 1000;

/**
 * Outcome of each status, indexed by status, so that a response costs one lookup. Expected statuses (2xx by default)
 * are ok. 404 is a miss when the request addresses documents. For a request with an explicit path it is `status_4xx`,
 * because a mistyped path must not look like missing documents. Other 4xx and 5xx have their classes; any other
 * unexpected status is `check`. A redirect that is not followed is `check`.
 */
export function outcomesByStatus({ type, http }: Pick<Operation, 'type' | 'http'>): readonly Outcome[] {
  const { expectStatus } = http;
  const expected = expectStatus.length === 0 ? [[200, 299] as const] : expectStatus;
  // In the REST mapping, 404 means that no document matched or the collection is absent.
  const addressesDocuments = (selectsDocuments(type) || type === 'drop_collection') && http.path === undefined;
  return Array.from({ length: STATUSES }, (_, status) => {
    if (expected.some(([from, to]) => status >= from && status <= to)) return OK;
    if (status === 404 && addressesDocuments) return MISS;
    if (status >= 400 && status <= 499) return failure('status_4xx');
    if (status >= 500 && status <= 599) return failure('status_5xx');
    return failure('check');
  });
}

/** Errors for failed statuses: one per status, created on first use, so that fast failures allocate nothing. */
export class StatusErrors {
  readonly #summary: string;
  /** Statuses that count as ok; empty: by default. */
  readonly #expected: string;
  readonly #errors: (Error | undefined)[] = [];

  /**
   * @param summary method and path, without secrets
   * @param expectStatus inclusive ranges that count as ok; empty: 2xx
   */
  constructor(summary: string, expectStatus: Operation['http']['expectStatus']) {
    this.#summary = summary;
    this.#expected = expectStatus.map(formatRange).join(' or ');
  }

  of(status: number): Error {
    return (this.#errors[status] ??= new Error(this.#messageOf(status)));
  }

  #messageOf(status: number): string {
    if (this.#expected === '') return `HTTP ${status} from ${this.#summary}`;
    return `status: expected ${this.#expected}, got ${status} from ${this.#summary}`;
  }
}

/** `201`, `2xx`, `200-204`. */
function formatRange([from, to]: readonly [number, number]): string {
  if (from === to) return String(from);
  return from % 100 === 0 && to === from + 99 ? `${from / 100}xx` : `${from}-${to}`;
}
