import type { Plan, RequestJobPlan } from '../plan/plan.ts';
import type { RunRecord } from '../recorder/run-record.ts';
import { type Clock, epochOriginMs } from '../shared/clock.ts';
import { LoadbotError } from '../shared/errors.ts';
import type { SteeringChange, SteeringClient } from '../shared/load-change.ts';
import type { LoadClock } from '../shared/load-clock.ts';
import type { LoadChange, LoadUnit } from './load-unit.ts';
import { constantRateOf, requireConnections, requirePace, selectRunning } from './steered-jobs.ts';

interface SteeringOptions {
  readonly plan: Plan;
  readonly record: RunRecord;
  readonly clock: Clock;
  readonly loadClock: LoadClock;
  /** Why the load cannot be changed; `undefined`: it can. */
  readonly refusal: string | undefined;
}

/** A pace for a running job, or for all of them: requests per second, or a factor of the pace of the workload. */
export type PaceRequest =
  | { readonly job: string | undefined; readonly rate: number; readonly factor?: undefined }
  | { readonly job: string | undefined; readonly factor: number; readonly rate?: undefined };

/** Changes the load of a run while it goes on: of all load threads at the same moment. */
export class Steering {
  readonly #options: SteeringOptions;
  readonly #changes: SteeringChange[] = [];
  readonly #followers: ((change: SteeringChange) => void)[] = [];
  /** By index of the job: factors of the pace, and connections. */
  readonly #factors = new Map<number, number>();
  readonly #connections = new Map<number, number>();
  #units: readonly LoadUnit[] = [];
  /** Resolves when a resume that was requested has taken effect. */
  #resuming: Promise<void> | undefined;

  constructor(options: SteeringOptions) {
    this.#options = options;
  }

  /** Sets the units that send the load. Before, it can be paused already. */
  attach(units: readonly LoadUnit[]): void {
    this.#units = units;
  }

  /** @param follower called with each change */
  follow(follower: (change: SteeringChange) => void): void {
    this.#followers.push(follower);
  }

  /** All changes so far, in chronological order. */
  get changes(): readonly SteeringChange[] {
    return this.#changes;
  }

  /** Whether the load is paused, or about to be. */
  get isPaused(): boolean {
    return this.#options.loadClock.isPaused;
  }

  /**
   * Starts no more requests until `resume`; those in flight end. The schedule, limits and think times stand still. No
   * effect during a pause.
   * @throws {LoadbotError} `agent_busy` when this load cannot be changed
   */
  async pause(by: SteeringClient): Promise<void> {
    this.#refuse();
    await this.#resuming;
    const { loadClock } = this.#options;
    if (loadClock.isPaused) return;
    const atMs = this.#options.clock.nowMs() + this.#aheadMs;
    loadClock.pause(atMs);
    this.#send({ kind: 'pause', atMs });
    this.#note({ kind: 'pause', by }, atMs);
  }

  /**
   * Ends the pause; resolves when the load continues. No effect without a pause.
   * @throws {LoadbotError} `agent_busy` when this load cannot be changed
   */
  async resume(by: SteeringClient): Promise<void> {
    this.#refuse();
    if (!this.isPaused) return;
    this.#resuming ??= this.#continue(by).finally(() => (this.#resuming = undefined));
    await this.#resuming;
  }

  /**
   * Changes the rate of a running job with a pace; with a factor, of all of them unless one is named.
   * @throws {LoadbotError} `config_invalid` for a wrong request; `agent_busy` when the load has no rate to change
   */
  pace({ job: name, rate, factor }: PaceRequest, by: SteeringClient): void {
    this.#refuse();
    const { plan, record, clock } = this.#options;
    const jobs = requirePace(selectRunning(plan, record, name), rate);
    const atMs = clock.nowMs() + this.#aheadMs;
    for (const job of jobs) {
      const before = this.#factors.get(job.index) ?? 1;
      const after = factor ?? rate / (constantRateOf(job) ?? NaN);
      const planned = this.#plannedRateOf(job) / before;
      this.#factors.set(job.index, after);
      this.#send({ kind: 'pace', atMs, job: job.index, factor: after });
      for (const part of record.job(job.index)) part.scalePace(after);
      this.#note({ kind: 'pace', by, job: job.name, from: planned * before, to: planned * after }, atMs);
    }
  }

  /**
   * Changes the number of connections of a running job that send requests, up to those of the workload.
   * @throws {LoadbotError} `config_invalid` for a wrong request; `agent_busy` when they cannot be changed
   */
  connections({ job: name, connections }: { job: string | undefined; connections: number }, by: SteeringClient): void {
    this.#refuse();
    const { plan, record, clock } = this.#options;
    const job = requireConnections(selectRunning(plan, record, name), connections, plan.threads);
    const from = this.#connections.get(job.index) ?? job.connections;
    this.#connections.set(job.index, connections);
    this.#send({ kind: 'connections', job: job.index, connections });
    this.#note({ kind: 'connections', by, job: job.name, from, to: connections }, clock.nowMs());
  }

  async #continue(by: SteeringClient): Promise<void> {
    const { clock, loadClock } = this.#options;
    const atMs = Math.max(clock.nowMs(), loadClock.pausedFromMs) + this.#aheadMs;
    this.#send({ kind: 'resume', atMs });
    await new Promise<void>((resolve) => void clock.after(atMs - clock.nowMs(), resolve));
    if (!loadClock.isPaused) return; // stopped meanwhile
    loadClock.resume(atMs);
    this.#note({ kind: 'resume', by }, atMs);
  }

  #send(change: LoadChange): void {
    for (const unit of this.#units) unit.steer(change);
  }

  get #aheadMs(): number {
    return Math.max(0, ...this.#units.map(({ startAheadMs }) => startAheadMs));
  }

  /** Current target rate of a job: the constant one, or that of its stages at this time. */
  #plannedRateOf(job: RequestJobPlan): number {
    const { record, clock } = this.#options;
    const constant = constantRateOf(job);
    if (constant !== undefined) return constant * (this.#factors.get(job.index) ?? 1);
    return record.job(job.index).reduce((sum, part) => sum + (part.targetRateAt(clock.nowMs()) ?? 0), 0);
  }

  #note(change: Omit<SteeringChange, 'epochMs'>, atMs: number): void {
    const { clock } = this.#options;
    const made = { ...change, epochMs: epochOriginMs(clock) + atMs };
    this.#changes.push(made);
    for (const follower of this.#followers) follower(made);
  }

  #refuse(): void {
    const { refusal } = this.#options;
    if (refusal !== undefined) throw new LoadbotError('agent_busy', refusal);
  }
}
