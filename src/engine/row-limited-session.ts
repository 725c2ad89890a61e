import type { RowLimits } from '../data/row-limits.ts';
import type { Exchange, Session } from '../drivers/driver.ts';
import { LoadbotError } from '../shared/errors.ts';
import { failure, type Outcome } from '../shared/outcome.ts';
import { SessionWrapper } from './session-wrapper.ts';
import type { RequestOperations } from './worker.ts';

const WITHOUT_ROW = failure('workload');

/** Fails requests for which a feeder has no row; passes on all others. */
class RowLimitedSession extends SessionWrapper {
  /** For each operation of the driver. */
  readonly #failures: RowLimits['failures'];
  #failing: Exchange | undefined;

  constructor(session: Session, failures: RowLimits['failures']) {
    super(session);
    this.#failures = failures;
  }

  execute(exchange: Exchange): void {
    const { from = Infinity, feeder = '' } = this.#failures[exchange.operation] ?? {};
    if (exchange.sequence < from) return this.session.execute(exchange);
    this.#failing = exchange;
    const { sequence } = exchange;
    // One event loop turn later, so that a loop of such requests does not block the event loop.
    setImmediate(() => {
      if (this.#failing?.sequence !== sequence) return;
      exchange.failure = new LoadbotError(
        'config_invalid',
        `the feeder \`${feeder}\` has no row left for this request`,
      );
      this.#finish(WITHOUT_ROW);
    });
  }

  override cancel(outcome: Outcome): void {
    if (this.#failing === undefined) super.cancel(outcome);
    else this.#finish(outcome);
  }

  #finish(outcome: Outcome): void {
    const exchange = this.#failing;
    this.#failing = undefined;
    exchange?.done(outcome);
  }
}

/** The sessions of a job, limited if requests of the job may lack a row. */
export function limitSessions(
  sessions: readonly Session[],
  limits: RowLimits | undefined,
  steps: readonly RequestOperations[],
): readonly Session[] {
  if (limits === undefined || limits.failures.every(({ from }) => from === Infinity)) return sessions;
  const failures = [...limits.failures];
  // The read that precedes an update uses the row of the update.
  for (const { operation, first } of steps) if (first !== undefined) failures[first] = limits.failures[operation]!; // one for each
  return sessions.map((session) => new RowLimitedSession(session, failures));
}
