import type { DriverModule } from '../../../src/drivers/driver-entry.ts';
import type { Exchange, Session } from '../../../src/drivers/driver.ts';
import { failure, type Outcome } from '../../../src/shared/outcome.ts';

/** Changes of a session: each is a typical mistake. */
type Mistake = (session: Session) => Partial<Session>;

/** Time that a blocking driver waits, in milliseconds. */
const WAIT_MS = 30;
const RESET = failure('reset');
/** First outcome of a failed request. */
const FIRST_FAILURE = 3;

/** The last request of any session. */
let last: { readonly session: Session; readonly outcome: Outcome } | undefined;

/** Drivers with one mistake each, by the beginning of the fault that the suite reports. */
export const MISTAKES: Readonly<Record<string, Mistake>> = {
  'done is called twice for a request': (session) => ({
    execute: (exchange) =>
      session.execute(
        withDone(exchange, (outcome) => {
          exchange.done(outcome);
          exchange.done(outcome);
        }),
      ),
  }),
  'done is never called': (session) => ({
    execute: (exchange) => session.execute(withDone(exchange, () => {})),
  }),
  'execute throws: out of cheese': () => ({
    execute() {
      throw new Error('out of cheese');
    },
  }),
  'a request blocks the thread for': (session) => ({
    execute(exchange) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
      session.execute(exchange);
    },
  }),
  'cancel is ignored': () => ({ cancel() {} }),
  'cancel does not call done': (session) => {
    let isCanceled = false;
    return {
      execute: (exchange) =>
        session.execute(
          withDone(exchange, (outcome) => {
            if (!isCanceled) exchange.done(outcome);
          }),
        ),
      cancel(outcome) {
        isCanceled = true;
        session.cancel(outcome);
      },
    };
  },
  'close leaves connections open': () => ({ close: async () => {} }),
  'reports ok for an error': (session) => ({
    execute: (exchange) =>
      session.execute(withDone(exchange, (outcome) => exchange.done(outcome >= FIRST_FAILURE ? 0 : outcome))),
  }),
  'sentMs is not set': (session) => ({ execute: (exchange) => session.execute(without(exchange, ['sentMs'])) }),
  'receivedBytes is not set': (session) => ({
    execute: (exchange) => session.execute(without(exchange, ['sentBytes', 'receivedBytes'])),
  }),
  'sentBytes is not set': (session) => ({ execute: (exchange) => session.execute(without(exchange, ['sentBytes'])) }),
  'a session has the reply of another session': (session) => ({
    execute: (exchange) =>
      session.execute(
        withDone(exchange, (outcome) => {
          const earlier = last;
          last = { session, outcome };
          exchange.done(earlier === undefined || earlier.session === session ? outcome : earlier.outcome);
        }),
      ),
  }),
  'a request is sent again after its connection was lost': (session) => ({
    execute(exchange) {
      let attempts = 1;
      const retried: Exchange = withDone(exchange, (outcome) => {
        if (outcome === RESET && attempts++ < 2) session.execute(retried);
        else exchange.done(outcome);
      });
      session.execute(retried);
    },
  }),
  'reconnect leaves the connection open': () => ({ reconnect() {} }),
};

/** A driver whose sessions make a mistake. */
export function mistaken(driver: DriverModule, mistake: Mistake): DriverModule {
  return {
    ...driver,
    create(options) {
      const created = driver.create(options);
      return {
        check: () => created.check(),
        close: () => created.close(),
        connect: async (signal) => changed(await created.connect(signal), mistake),
      };
    },
  };
}

function changed(session: Session, mistake: Mistake): Session {
  return {
    execute: (exchange) => session.execute(exchange),
    cancel: (outcome) => session.cancel(outcome),
    reconnect: () => session.reconnect(),
    forget: () => session.forget(),
    close: () => session.close(),
    ...mistake(session),
  };
}

function withDone(exchange: Exchange, done: Exchange['done']): Exchange {
  return new Proxy(exchange, {
    get: (target, name) => (name === 'done' ? done : Reflect.get(target, name)),
    set: (target, name, value) => Reflect.set(target, name, value),
  });
}

/** The exchange, without the results that a driver forgets. */
function without(exchange: Exchange, names: readonly (keyof Exchange)[]): Exchange {
  return new Proxy(exchange, {
    get: (target, name) => (name === 'done' ? target.done.bind(target) : Reflect.get(target, name)),
    set: (target, name, value) => (names.some((one) => one === name) ? true : Reflect.set(target, name, value)),
  });
}
