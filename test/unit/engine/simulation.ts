import { expect } from 'vitest';
import { type ErrorClass, OK, type Outcome } from '../../../src/shared/outcome.ts';
import type { Exchange, Session } from '../../../src/drivers/driver.ts';
import { JobRun } from '../../../src/engine/job-run.ts';
import { type JobRunEnd } from '../../../src/engine/job-run-end.ts';
import { MeasurementWindow } from '../../../src/engine/measurement-window.ts';
import { ThreadPartition } from '../../../src/engine/thread-partition.ts';
import { RecordedTickets } from '../../../src/engine/recorded-tickets.ts';
import { Tickets } from '../../../src/engine/tickets.ts';
import { recordedPacing } from './plans.ts';
import { allocateTally, tallyLayout, readTally } from '../../../src/recorder/tally.ts';
import { Recorder } from '../../../src/recorder/recorder.ts';
import { errorsOf, inFlightOf, requestsOf, type Tally } from '../../../src/recorder/snapshot.ts';
import { createMix } from '../../../src/data/mix.ts';
import { LoadClock } from '../../../src/shared/load-clock.ts';
import { VirtualClock } from '../../virtual-clock.ts';

/** Behavior of a simulated target for a request: its duration and outcome. */
export type Behaviour = (sequence: number, nowMs: number) => { readonly tookMs: number; readonly outcome: Outcome };

/** A session of a target whose behaviour is known exactly, in virtual time. */
class SimulatedSession implements Session {
  readonly #clock: VirtualClock;
  readonly #behaviour: Behaviour;
  readonly #sequences: number[];
  #current: { readonly exchange: Exchange; readonly timer: { cancel(): void } } | undefined;

  constructor(clock: VirtualClock, behaviour: Behaviour, sequences: number[]) {
    this.#clock = clock;
    this.#behaviour = behaviour;
    this.#sequences = sequences;
  }

  execute(exchange: Exchange): void {
    this.#sequences.push(exchange.sequence);
    const { tookMs, outcome } = this.#behaviour(exchange.sequence, this.#clock.nowMs());
    if (tookMs === 0) {
      exchange.done(outcome);
      return;
    }
    const timer = this.#clock.after(tookMs, () => this.#finish(outcome));
    this.#current = { exchange, timer };
  }

  cancel(outcome: Outcome): void {
    this.#finish(outcome);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  reconnect(): void {}

  forget(): void {}

  #finish(outcome: Outcome): void {
    const current = this.#current;
    this.#current = undefined;
    current?.timer.cancel();
    current?.exchange.done(outcome);
  }
}

export interface Settings {
  readonly connections?: number;
  readonly pace?: number;
  readonly precisionMs?: number;
  /** Due times of a recorded schedule, from the start of the measured window. */
  readonly recorded?: readonly number[];
  readonly durationMs?: number;
  readonly operations?: number;
  readonly rowsEnd?: number;
  readonly warmUpMs?: number;
  readonly thinkTimeMs?: number;
  readonly timeoutMs?: number;
  readonly drainMs?: number;
  readonly overload?: 'queue' | 'skip';
  readonly threads?: number;
  readonly behaviour?: Behaviour;
}

const ONE = createMix([1], 0);

/** Runs a job on simulated threads in virtual time. */
export class Simulation {
  readonly clock = new VirtualClock();
  readonly loadClock = new LoadClock(this.clock);
  readonly ends: JobRunEnd[] = [];
  readonly sequences: number[] = [];
  readonly failures: ErrorClass[] = [];
  readonly #layout;
  readonly #memories: SharedArrayBuffer[] = [];
  readonly #warmUps: SharedArrayBuffer[] = [];
  readonly #runs: JobRun[] = [];
  readonly #settled: Promise<unknown>;

  constructor(settings: Settings) {
    const { connections = 1, pace, durationMs = Infinity, operations = Infinity, warmUpMs = 0, threads = 1 } = settings;
    const { behaviour = () => ({ tookMs: 10, outcome: OK }) } = settings;
    this.#layout = tallyLayout([0.005, 0.01, 0.1], (pace ?? settings.recorded) !== undefined);
    const startMs = 5;
    const ends = Array.from({ length: threads }, async (_, thread) => {
      const share = new ThreadPartition(thread, threads, connections);
      const tickets = (): Tickets | RecordedTickets | undefined =>
        settings.recorded !== undefined
          ? new RecordedTickets(recordedPacing(settings.recorded), share)
          : pace === undefined || share.workers === 0
            ? undefined
            : new Tickets(
                { kind: 'paced', arrival: 'even', segments: [{ durationMs: 0, fromRate: pace, toRate: pace }] },
                share,
                0,
              );
      const stretch = (
        memories: SharedArrayBuffer[],
        fromMs: number,
        endMs: number,
        limit: number,
      ): MeasurementWindow => {
        const memory = allocateTally(this.#layout);
        memories.push(memory);
        const recorder = new Recorder(memory, this.#layout);
        return new MeasurementWindow({
          recorders: [recorder],
          mix: ONE,
          share,
          tickets: tickets(),
          startMs: fromMs,
          endMs,
          operations: limit,
        });
      };
      const run = new JobRun({
        clock: this.clock,
        loadClock: this.loadClock,
        share,
        mix: ONE,
        steps: [{ operation: 0, first: undefined }],
        phases: new Int32Array(1),
        sessions: Array.from({ length: share.workers }, () => {
          return new SimulatedSession(this.clock, behaviour, this.sequences);
        }),
        stretches: [
          ...(warmUpMs > 0 ? [stretch(this.#warmUps, startMs, startMs + warmUpMs, Infinity)] : []),
          stretch(this.#memories, startMs + warmUpMs, startMs + warmUpMs + durationMs, operations),
        ],
        rowsEnd: settings.rowsEnd ?? Infinity,
        overload: settings.overload ?? 'queue',
        timeoutMs: settings.timeoutMs ?? 30_000,
        pauseOf: settings.thinkTimeMs === undefined ? undefined : () => settings.thinkTimeMs ?? 0,
        drainMs: settings.drainMs ?? 5000,
        precisionMs: settings.precisionMs ?? 0,
        onFailure: (errorClass) => this.failures.push(errorClass),
      });
      this.#runs.push(run);
      this.ends.push(await run.run());
    });
    this.#settled = Promise.all(ends);
  }

  stop(): void {
    for (const run of this.#runs) run.stop();
  }

  /** Lets the job run to its end. */
  async finish(withinMs = 3_600_000): Promise<Simulation> {
    this.clock.pass(withinMs);
    await this.#settled;
    return this;
  }

  get measured(): Tally {
    return readTally(this.#memories, this.#layout);
  }

  get warmUp(): Tally {
    return readTally(this.#warmUps, this.#layout);
  }

  get planned(): number {
    return this.ends.reduce((total, end) => total + (end.planned[0] ?? 0), 0);
  }

  /** When the job ended, from the start of its measured stretch, in milliseconds. */
  elapsedMs(warmUpMs = 0): number {
    return Math.max(...this.ends.map(({ endedMs }) => endedMs)) - 5 - warmUpMs;
  }

  expectConservation(): void {
    const tally = this.measured;
    expect(this.planned).toBe(tally.started + tally.skipped);
    expect(tally.started).toBe(tally.ok + tally.miss + errorsOf(tally) + tally.aborted + inFlightOf(tally));
    expect(inFlightOf(tally)).toBe(0);
    for (const distribution of [tally.service, tally.response]) {
      if (distribution === undefined) continue;
      expect(distribution.counts.reduce((sum, count) => sum + count, 0)).toBe(requestsOf(tally));
      expect(distribution.latency.total).toBe(requestsOf(tally));
    }
    if (tally.lag !== undefined) expect(tally.lag.latency.total).toBe(tally.started);
  }
}

export const simulate = (settings: Settings): Simulation => new Simulation(settings);
