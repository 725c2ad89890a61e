import type { Driver, Session } from '../drivers/driver.ts';
import { settlesWithTimeout, systemClock } from '../shared/clock.ts';
import { eventually } from './assert.ts';
import { Gate } from './gate.ts';
import { Probe } from './probe.ts';
import type { Subject, SubjectServer } from './subject.ts';

const NEVER = new AbortController().signal;
/** Time that a faulty driver has to close, in milliseconds. */
const CLOSE_WITHIN_MS = 2000;

/** A worker's session, and the worker. */
export interface TestWorker {
  readonly session: Session;
  readonly probe: Probe;
}

/** What a case works with: a server, a gate before it, and a driver of it. */
export interface TestBench {
  readonly subject: Subject;
  readonly server: SubjectServer;
  readonly gate: Gate;
  readonly driver: Driver;
  /** Time after which something that has not happened never will, in milliseconds. */
  readonly patienceMs: number;
  /** Connections so far that requests go over. */
  readonly passages: () => Gate['passages'];
  /** Opens a session, of another driver if one is given. */
  readonly open: (driver?: Driver) => Promise<TestWorker>;
  /** Waits until a value is the expected one. @throws {Error} with the fault */
  readonly eventually: (read: () => unknown, expected: unknown, fault: string) => Promise<void>;
  /** Waits for a promise. @throws {Error} with the fault when it is not settled in time */
  readonly within: (promise: Promise<void>, fault: string) => Promise<void>;
}

/** A case of the suite. */
export interface DriverCase {
  /** Behavior that it checks, as a statement. */
  readonly name: string;
  /** @throws {Error} whose message is the fault of the driver */
  readonly run: () => Promise<void>;
}

/** Body of a case. */
export type CaseBody = (bench: TestBench) => Promise<void>;

/**
 * Runs a case with a server, a gate and a driver of its own, and closes them.
 * @throws {Error} whose message is the fault of the driver
 */
export async function runCase(subject: Subject, patienceMs: number, body: CaseBody): Promise<void> {
  const clock = systemClock();
  const server = await subject.startServer();
  const gate = new Gate(server.port);
  await gate.start();
  const driver = subject.factory(server.options('127.0.0.1', gate.port));
  const workers: TestWorker[] = [];
  const drivers = [driver];
  const bench: TestBench = {
    subject,
    server,
    gate,
    driver,
    patienceMs,
    // The connection that watches the server is the first to be opened.
    passages: () => gate.passages.slice(subject.pooled === true ? 1 : 0),
    async open(from = driver) {
      if (!drivers.includes(from)) drivers.push(from);
      const session = await from.connect(NEVER);
      const worker = { session, probe: new Probe(session, patienceMs) };
      workers.push(worker);
      return worker;
    },
    eventually: (read, expected, fault) => eventually(read, expected, fault, patienceMs),
    async within(promise, fault) {
      if (await settlesWithTimeout(clock, patienceMs, promise)) return promise;
      throw new Error(fault);
    },
  };
  const found = await body(bench).then(
    () => undefined,
    (error: unknown) => error,
  );
  const closing = Promise.all(workers.map(({ session }) => session.close())).then(() =>
    Promise.all(drivers.map((one) => one.close())),
  );
  await settlesWithTimeout(clock, CLOSE_WITHIN_MS, closing);
  await gate.stop();
  await server.stop();
  // A violation that a probe has seen is the cause of others.
  const [seen] = workers.flatMap(({ probe }) => probe.faults);
  if (seen !== undefined) throw new Error(seen);
  if (found !== undefined) throw found;
}
