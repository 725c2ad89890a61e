import { messageOf } from '../shared/errors.ts';
import { ABORTED, ERROR_CLASSES, FIRST_ERROR, MISS, OK, type FailureDetail, type Outcome } from '../shared/outcome.ts';
import type { Exchange, ResponseContent, Session } from '../drivers/driver.ts';

/** A worker that sends one request at a time and records all results, and the faults of its session. */
export class Probe implements Exchange {
  readonly #session: Session;
  readonly #patienceMs: number;
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
  /** Violations of the contract so far. */
  readonly faults: string[] = [];
  started = 0;
  totalSentBytes = 0;
  totalReceivedBytes = 0;
  /** Values of additional metrics, in order. */
  readonly recorded: (readonly [metric: number, value: number])[] = [];

  /** @param patienceMs time after which a request that has not ended is a fault, in milliseconds */
  constructor(session: Session, patienceMs = Infinity) {
    this.#session = session;
    this.#patienceMs = patienceMs;
  }

  record(metric: number, value: number): void {
    this.recorded.push([metric, value]);
  }

  /**
   * Starts the request of a ticket and resolves with the name of its outcome.
   * @throws {Error} when `execute` throws, or the request does not end
   */
  request(sequence: number): Promise<string> {
    this.sequence = sequence;
    const ended = new Promise<string>((resolve, reject) => {
      const timer =
        this.#patienceMs === Infinity ? undefined : setTimeout(() => reject(this.#unended()), this.#patienceMs);
      this.#resolve = (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      try {
        this.execute();
      } catch (error) {
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(messageOf(error)));
      }
    });
    ended.catch(() => {}); // a test that fails does not wait for it
    return ended;
  }

  #unended(): Error {
    return new Error(`done is never called: a request has not ended after ${this.#patienceMs} ms`);
  }

  /**
   * Starts a request with the current `sequence`.
   * @throws {Error} when the session does
   */
  execute(): void {
    this.started++;
    try {
      this.#session.execute(this);
    } catch (error) {
      throw new Error(`execute throws: ${messageOf(error)}`, { cause: error });
    }
  }

  done(outcome: Outcome): void {
    this.outcomes.push(nameOf(outcome));
    if (this.outcomes.length > this.started) this.faults.push('done is called twice for a request');
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
