import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { importFunctionsOf } from '../../../../src/functions/function-module.ts';
import type { Driver, DriverOptions, Exchange, ResponseContent, Session } from '../../../../src/drivers/driver.ts';
import type { LoadChange, UnitFailure } from '../../../../src/engine/load-unit.ts';
import { type JobRunEnd, mergeEnds } from '../../../../src/engine/job-run-end.ts';
import { LocalUnit } from '../../../../src/engine/local-unit.ts';
import { checkNamesOf, isPacedPart, type JobPart, metricsOfPart, partsOf } from '../../../../src/plan/job-part.ts';
import { type RequestJobPlan, sendsRequests } from '../../../../src/plan/plan.ts';
import type { JobMemory } from '../../../../src/recorder/job-record.ts';
import type { Tally } from '../../../../src/recorder/snapshot.ts';
import { allocateTally, readTally, type TallyLayout, tallyLayout } from '../../../../src/recorder/tally.ts';
import { countsIterations } from '../../../../src/shared/job-type.ts';
import type { Timer } from '../../../../src/shared/clock.ts';
import { OK, type FailureDetail, type Outcome } from '../../../../src/shared/outcome.ts';
import { VirtualClock } from '../../../virtual-clock.ts';
import { plan } from '../../workload/planning.ts';

/** A request as the simulated target sees it. */
export interface SeenRequest {
  /** Name of the step, or `begin`, `commit`, `rollback`. */
  readonly step: string;
  readonly path: string;
  readonly sequence: number;
  /** Number of the connection's worker, over all threads. */
  readonly user: number;
  readonly atMs: number;
}

/** Answer of the simulated target. */
export interface Answer {
  readonly tookMs?: number;
  readonly outcome?: Outcome;
  readonly detail?: FailureDetail;
  readonly json?: object;
}

interface RunSettings {
  readonly threads?: number;
  readonly answer?: (request: SeenRequest) => Answer;
  /** Fields of the workload beside its job. */
  readonly workload?: object;
  /** Content of the file of each feeder. */
  readonly rows?: string;
  /** Text of the module of functions. */
  readonly functions?: string;
}

const BOUNDS = [0.1, 1];

/** Runs a scenario against a simulated target in virtual time. */
export class SimulatedRun {
  readonly clock = new VirtualClock();
  readonly requests: SeenRequest[] = [];
  /** Calls of `reconnect` and `forget`, with the user. */
  readonly calls: string[] = [];
  readonly failures: UnitFailure[] = [];
  /** Start of the load on the clock. */
  startMs = 0;
  end: JobRunEnd | undefined;
  readonly #answer: (request: SeenRequest) => Answer;
  readonly #units: LocalUnit[] = [];
  #parts: { readonly part: JobPart; readonly layout: TallyLayout; readonly memories: SharedArrayBuffer[] }[] = [];
  #ended: Promise<unknown> = Promise.resolve();

  constructor(answer: (request: SeenRequest) => Answer = () => ({})) {
    this.#answer = answer;
  }

  /** Starts the run, which goes on as the clock passes. */
  static async start(
    job: object,
    { threads = 1, answer, workload = {}, rows = '', functions }: RunSettings = {},
  ): Promise<SimulatedRun> {
    const run = new SimulatedRun(answer);
    const content = {
      connection_string: 'http://127.0.0.1:1',
      seed: 1,
      threads,
      jobs: [{ type: 'scenario', name: 'j', ...job }],
      ...(functions !== undefined && { functions: writeModule(functions) }),
      ...workload,
    };
    const surroundings = { readBytes: () => Buffer.from(rows) };
    const planned = await plan(content, { surroundings, allowFunctions: true });
    const [scenario] = planned.jobs;
    if (scenario === undefined || !sendsRequests(scenario)) throw new Error('no scenario');
    run.#parts = partsOf(scenario).map((part) => {
      const paced = isPacedPart(scenario, part);
      const [checks, metrics] = [checkNamesOf(scenario, part), metricsOfPart(scenario, part)];
      return {
        part,
        layout: tallyLayout(BOUNDS, paced, false, !countsIterations(part), checks, metrics),
        memories: [],
      };
    });
    for (let thread = 0; thread < threads; thread++) {
      run.#units.push(
        new LocalUnit({
          plan: { ...planned, metrics: { ...planned.metrics, bucketBounds: BOUNDS } },
          place: { rank: thread, of: threads },
          driver: (options) => run.#driverOf(options, scenario, thread, threads),
          clock: run.clock,
          functions: await importFunctionsOf(planned),
          phases: new Int32Array(1),
          onFailure: (failure) => run.failures.push(failure),
        }),
      );
    }
    const prepared = run.#units.map((unit) =>
      unit.prepare(0, DOCUMENTS, { parts: run.#allocate(), watermarks: undefined }),
    );
    await run.#settled(Promise.all(prepared));
    run.startMs = run.clock.nowMs();
    run.#ended = Promise.all(run.#units.map((unit) => unit.run(0, run.startMs))).then(
      (ends) => (run.end = mergeEnds(ends)),
    );
    return run;
  }

  /** Lets time pass until the run has ended. */
  async finish(): Promise<this> {
    await this.#settled(this.#ended);
    return this;
  }

  stop(drainMs?: number): void {
    for (const unit of this.#units) unit.stop(drainMs);
  }

  steer(change: LoadChange): void {
    for (const unit of this.#units) unit.steer(change);
  }

  /** Lets time pass until `ms` after the start of the load. */
  passTo(ms: number): void {
    this.clock.pass(this.startMs + ms - this.clock.nowMs());
  }

  /** When requests were sent, in milliseconds after the start of the load; of one step, if given. */
  sentMs(step?: string): number[] {
    const sent = this.requests.filter((request) => step === undefined || request.step === step);
    return sent.map(({ atMs }) => atMs - this.startMs);
  }

  /** Numbers of a step; of the iterations without a name. */
  tally(step = ''): Tally {
    const found = this.#parts.find(({ part }) => part.step === step);
    if (found === undefined) throw new Error(`no part ${step}`);
    return readTally(found.memories, found.layout);
  }

  get steps(): string[] {
    return this.requests.map(({ step }) => step);
  }

  #allocate(): JobMemory[] {
    return this.#parts.map(({ layout, memories }) => {
      const measured = allocateTally(layout);
      memories.push(measured);
      return { measured, warmUp: allocateTally(layout), phases: [] };
    });
  }

  async #settled(promise: Promise<unknown>): Promise<void> {
    const ended = promise.then(() => true);
    for (let turn = 0; turn < 100_000; turn++) {
      const nextTurn = new Promise<boolean>((resolve) => setImmediate(() => resolve(false)));
      if (await Promise.race([ended, nextTurn])) return;
      this.clock.pass(1);
    }
    throw new Error('the run does not end');
  }

  #driverOf({ operations }: DriverOptions, job: RequestJobPlan, thread: number, threads: number): Driver {
    const plans = [...job.mix, ...job.userOperations];
    const paths = operations.map(({ http, materials }) => materials.text(http.path ?? '/', 'target'));
    let opened = 0;
    return {
      connect: () => {
        const user = thread + opened++ * threads;
        return Promise.resolve(
          new SimulatedConnection(this, user, this.#answer, (exchange) => {
            const path = paths[exchange.operation] ?? '';
            const { step = '' } = plans[exchange.operation] ?? {};
            const rendered = typeof path === 'string' ? path : path(exchange.sequence);
            return { step, path: rendered, sequence: exchange.sequence, user, atMs: this.clock.nowMs() };
          }),
        );
      },
      check: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }
}

let modules = 0;

/** Writes a module of functions; returns its path. */
function writeModule(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'loadbot-functions-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, `${modules++}.mjs`);
  writeFileSync(path, text);
  return path;
}

const DOCUMENTS = { firstDocument: 0, documentStride: 1, population: 0, oldest: 0, readsOwnWrites: false };

class SimulatedConnection implements Session {
  readonly #run: SimulatedRun;
  readonly #user: number;
  readonly #answer: (request: SeenRequest) => Answer;
  readonly #render: (exchange: Exchange) => SeenRequest;
  #current: { readonly exchange: Exchange; readonly timer: Timer } | undefined;

  constructor(
    run: SimulatedRun,
    user: number,
    answer: (request: SeenRequest) => Answer,
    render: (exchange: Exchange) => SeenRequest,
  ) {
    this.#run = run;
    this.#user = user;
    this.#answer = answer;
    this.#render = render;
  }

  execute(exchange: Exchange): void {
    const request = this.#render(exchange);
    this.#run.requests.push(request);
    const { tookMs = 10, outcome = OK, detail, json } = this.#answer(request);
    const timer = this.#run.clock.after(tookMs, () => this.#finish(outcome, detail, json));
    this.#current = { exchange, timer };
  }

  cancel(outcome: Outcome): void {
    this.#finish(outcome, undefined, undefined);
  }

  reconnect(): void {
    this.#run.calls.push(`reconnect ${this.#user}`);
  }

  forget(): void {
    this.#run.calls.push(`forget ${this.#user}`);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #finish(outcome: Outcome, detail: FailureDetail | undefined, json: object | undefined): void {
    if (this.#current === undefined) return;
    const { exchange, timer } = this.#current;
    timer.cancel();
    this.#current = undefined;
    exchange.detail = detail;
    exchange.response = contentOf(json ?? {});
    exchange.done(outcome);
  }
}

function contentOf(json: object): ResponseContent {
  const text = JSON.stringify(json);
  return {
    status: 200,
    header: () => undefined,
    cookie: () => undefined,
    text: () => text,
    bodyBytes: text.length,
    value: () => undefined,
    rowCount: undefined,
  };
}
