import {
  ERROR_CLASSES,
  FIRST_ERROR,
  MISS,
  OK,
  ABORTED,
  type FailureDetail,
  type Outcome,
} from '../../../src/shared/outcome.ts';
import type { Exchange, ResponseContent, Session } from '../../../src/drivers/driver.ts';

/** A worker that sends one request at a time and records all results. */
export class Probe implements Exchange {
  readonly #session: Session;
  #resolve: ((outcome: string) => void) | undefined;
  sequence = 0;
  operation = 0;
  sentMs = 0;
  sentBytes = 0;
  receivedBytes = 0;
  failure: unknown;
  detail: FailureDetail | undefined;
  status = 0;
  redirects: readonly number[] | undefined = undefined;
  response: ResponseContent | undefined = undefined;
  /** Names of all outcomes, in order. */
  readonly outcomes: string[] = [];
  started = 0;
  totalSentBytes = 0;
  totalReceivedBytes = 0;

  /** Values of additional metrics, in order. */
  readonly recorded: (readonly [metric: number, value: number])[] = [];

  constructor(session: Session) {
    this.#session = session;
  }

  record(metric: number, value: number): void {
    this.recorded.push([metric, value]);
  }

  /** Starts the request of a ticket and resolves with the name of its outcome. */
  async request(sequence: number): Promise<string> {
    this.started++;
    this.sequence = sequence;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#session.execute(this);
    });
  }

  done(outcome: Outcome): void {
    this.outcomes.push(nameOf(outcome));
    this.totalSentBytes += this.sentBytes;
    this.totalReceivedBytes += this.receivedBytes;
    this.#resolve?.(nameOf(outcome));
  }
}

function nameOf(outcome: Outcome): string {
  if (outcome === OK) return 'ok';
  if (outcome === MISS) return 'miss';
  return outcome === ABORTED ? 'aborted' : (ERROR_CLASSES[outcome - FIRST_ERROR] ?? `outcome ${outcome}`);
}
