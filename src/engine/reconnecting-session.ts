import type { Clock } from '../shared/clock.ts';
import type { Exchange, Operation, Session } from '../drivers/driver.ts';
import type { ReconnectPlan } from '../plan/plan.ts';
import { SessionWrapper } from './session-wrapper.ts';

/**
 * A session that closes its connection before some of its requests, so that they open a new one. Jobs without
 * `reconnect` use the driver's sessions directly.
 */
class ReconnectingSession extends SessionWrapper {
  readonly #plan: ReconnectPlan;
  readonly #operations: readonly Operation[];
  readonly #clock: Clock;
  /** Requests on the connection. */
  #requests = 0;
  /** Start of the connection's first request, in the clock's milliseconds. */
  #sinceMs = 0;
  /** A transaction would be lost with its connection. */
  #isInTransaction = false;

  constructor(session: Session, plan: ReconnectPlan, operations: readonly Operation[], clock: Clock) {
    super(session);
    this.#plan = plan;
    this.#operations = operations;
    this.#clock = clock;
  }

  execute(exchange: Exchange): void {
    if (this.#requests > 0 && !this.#isInTransaction && this.#isDue()) this.reconnect();
    if (this.#requests === 0 && this.#plan.kind === 'age') this.#sinceMs = this.#clock.nowMs();
    this.#requests++;
    const control = this.#operations[exchange.operation]?.transaction;
    if (control !== undefined) this.#isInTransaction = control.kind === 'begin';
    this.session.execute(exchange);
  }

  override reconnect(): void {
    this.#requests = 0;
    this.#isInTransaction = false;
    super.reconnect();
  }

  #isDue(): boolean {
    if (this.#plan.kind === 'requests') return this.#requests >= this.#plan.requests;
    return this.#plan.kind === 'age' && this.#clock.nowMs() - this.#sinceMs >= this.#plan.ms;
  }
}

/** Wraps the sessions of a job that reconnects; those of other jobs stay as they are. */
export function withReconnects(
  sessions: readonly Session[],
  plan: ReconnectPlan | undefined,
  operations: readonly Operation[],
  clock: Clock,
): readonly Session[] {
  if (plan === undefined || plan.kind === 'iteration') return sessions;
  return sessions.map((session) => new ReconnectingSession(session, plan, operations, clock));
}
