import type { Driver, DriverFactory, DriverOptions, Exchange, Operation, Session } from '../drivers/driver.ts';
import type { Outcome } from '../shared/outcome.ts';
import { RequestSlot } from '../engine/request-slot.ts';
import { SessionWrapper } from '../engine/session-wrapper.ts';
import type { Clock } from '../shared/clock.ts';

/** Observer of the requests of a driver. */
export interface RequestObserver {
  /** Called before a request is sent. */
  begins(exchange: Exchange): void;
  /** Called with the kept parts of the response, before the engine sees them. */
  ends(exchange: Exchange, outcome: Outcome, serviceMs: number): void;
}

/**
 * A driver whose operations keep headers and body of every response, and whose requests are observed.
 * @param observe creates the observer of a job
 */
export function observedDriver(
  create: DriverFactory,
  observe: (options: DriverOptions) => RequestObserver,
): DriverFactory {
  return (given) => {
    const options = { ...given, operations: given.operations.map(keepResponse) };
    const driver = create(options);
    const observer = observe(options);
    return {
      connect: async (signal) => new ObservedSession(await driver.connect(signal), observer, options.clock),
      check: () => driver.check(),
      close: () => driver.close(),
    } satisfies Driver;
  };
}

/** Size of the kept body of an operation that neither checks nor captures. */
const KEPT_BYTES = 1024 * 1024;

function keepResponse(operation: Operation): Operation {
  return { ...operation, needs: { headers: true, body: true, maxBytes: operation.needs?.maxBytes ?? KEPT_BYTES } };
}

class ObservedSession extends SessionWrapper {
  readonly #exchange: ObservedExchange;

  constructor(session: Session, observer: RequestObserver, clock: Clock) {
    super(session);
    this.#exchange = new ObservedExchange(observer, clock);
  }

  execute(exchange: Exchange): void {
    this.#exchange.begin(exchange);
    this.session.execute(this.#exchange);
  }
}

/** The exchange that the driver fills in; passes everything on to that of the engine. */
class ObservedExchange extends RequestSlot {
  readonly #observer: RequestObserver;
  readonly #clock: Clock;
  #inner: Exchange | undefined;

  constructor(observer: RequestObserver, clock: Clock) {
    super();
    this.#observer = observer;
    this.#clock = clock;
  }

  begin(inner: Exchange): void {
    this.#inner = inner;
    const { sequence, operation, sentMs } = inner;
    Object.assign(this, { sequence, operation, sentMs, sentBytes: 0, receivedBytes: 0, status: 0 });
    this.failure = this.detail = this.redirects = this.response = undefined;
    this.#observer.begins(this);
  }

  record(metric: number, value: number): void {
    this.#inner?.record(metric, value);
  }

  done(outcome: Outcome): void {
    const inner = this.#inner;
    if (inner === undefined) return; // ignores a driver that finishes twice
    this.#inner = undefined;
    const doneMs = this.#clock.nowMs();
    this.#observer.ends(this, outcome, doneMs - this.sentMs);
    const { sentBytes, receivedBytes, failure, detail, status, redirects, response } = this;
    // The time of the observer is not part of the request's.
    const sentMs = this.sentMs + this.#clock.nowMs() - doneMs;
    Object.assign(inner, { sentMs, sentBytes, receivedBytes, failure, detail, status, redirects, response });
    inner.done(outcome);
  }

  expire(): void {}
}
