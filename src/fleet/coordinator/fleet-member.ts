import type { JobRunEnd } from '../../engine/job-run-end.ts';
import { type ErrorCode, LoadbotError } from '../../shared/errors.ts';
import type { AgentEvent, AgentHealth } from '../wire/messages/up.ts';
import type { Hello } from '../wire/messages/hello.ts';
import type { JobPartTotals } from '../wire/totals.ts';
import type { CountedAgent } from './cut-merger.ts';
import type { AgentResult } from '../../reports/report.ts';

/** Result of a job on one agent. */
export interface MemberJobEnd {
  readonly end: JobRunEnd;
  /** Totals of the agent's tallies, one for each window of each part. */
  readonly totals: readonly JobPartTotals[];
}

/** Step of an agent that the coordinator waits for: it opens the plan, or prepares or ends a job. */
type Step = 'opened' | `prepared ${number}` | `ended ${number}`;

interface Waiting {
  resolve(end: MemberJobEnd | undefined): void;
  reject(error: unknown): void;
}

/** Why an agent no longer belongs to the run. */
export interface Loss {
  /** Milliseconds of the coordinator's clock. */
  readonly atMs: number;
  readonly reason: string;
  /** Until when it may send requests: an agent whose process did not end goes on until the end of its lease. */
  readonly sendsUntilMs: number;
  /** Seconds whose counts did not arrive. */
  readonly unreportedSeconds: number;
}

/** One agent of a run, as the coordinator knows it. */
export class FleetMember implements CountedAgent {
  readonly hello: Hello;
  /** Ranks of its load threads. */
  readonly ranks: readonly number[];
  /** Last acknowledged message. */
  appliedSeq = 0;
  reportedMs: number;
  /** Start of its first job; `undefined`: none has started. */
  startedMs: number | undefined;
  /** When its last message arrived. */
  heardMs: number;
  health: AgentHealth | undefined;
  loss: Loss | undefined;
  /** Own watermarks by job. */
  readonly watermarks = new Map<number, number>();
  readonly #waiting = new Map<Step, Waiting>();
  readonly #early = new Map<Step, MemberJobEnd | undefined>();
  #failure: unknown;

  constructor(hello: Hello, ranks: readonly number[], nowMs: number) {
    this.hello = hello;
    this.ranks = ranks;
    this.reportedMs = nowMs;
    this.heardMs = nowMs;
  }

  get name(): string {
    return this.hello.name;
  }

  get isLost(): boolean {
    return this.loss !== undefined;
  }

  /**
   * Waits for a step.
   * @returns the end of a job; `undefined` for other steps, and when the agent was lost
   * @throws {LoadbotError} when the agent failed
   */
  async waitFor(step: Step): Promise<MemberJobEnd | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#early.has(step) || this.isLost) return this.#early.get(step);
    return new Promise((resolve, reject) => this.#waiting.set(step, { resolve, reject }));
  }

  /** Follows an event of the agent; failures of requests are not for it. */
  follow(event: AgentEvent): void {
    if (event.kind === 'opened') this.#reached('opened', undefined);
    else if (event.kind === 'prepared') this.#reached(`prepared ${event.job}`, undefined);
    else if (event.kind === 'ended') {
      this.#reached(`ended ${event.job}`, { end: event.end, totals: event.totals });
    } else if (event.kind === 'failed') this.fail(this.#errorOf(event.error));
  }

  /** Ends all waits with an error. */
  fail(error: unknown): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(this.#failure);
    this.#waiting.clear();
  }

  /** Records that all of its counts up to a cut have arrived, also after its loss. */
  reported(cutMs: number): void {
    this.reportedMs = Math.max(this.reportedMs, cutMs);
    if (this.loss !== undefined) this.lose(this.loss);
  }

  /** Ends all waits without a result. */
  lose(loss: Omit<Loss, 'unreportedSeconds'>): void {
    const first = this.loss ?? loss;
    const unreportedSeconds = Math.max(0, first.sendsUntilMs - this.reportedMs) / 1000;
    this.loss = { ...first, unreportedSeconds };
    for (const waiting of this.#waiting.values()) waiting.resolve(undefined);
    this.#waiting.clear();
  }

  #reached(step: Step, end: MemberJobEnd | undefined): void {
    const waiting = this.#waiting.get(step);
    this.#waiting.delete(step);
    if (waiting === undefined) this.#early.set(step, end);
    else waiting.resolve(end);
  }

  #errorOf({ code, message, hint }: { readonly code: string; readonly message: string; readonly hint: string | null }) {
    const text = `agent ${this.name}: ${message}`;
    return new LoadbotError(isErrorCode(code) ? code : 'internal', text, hint === null ? {} : { hint });
  }
}

/** Codes of failures that an agent may report. */
const CODES = ['config_invalid', 'resource_limit', 'server_unreachable', 'internal'] as const satisfies ErrorCode[];

function isErrorCode(code: string): code is (typeof CODES)[number] {
  return (CODES as readonly string[]).includes(code);
}

/** Describes an agent in the result of the run. @param originMs epoch milliseconds at 0 of the coordinator's clock */
export function agentResultOf({ hello, ranks, health, loss }: FleetMember, originMs: number): AgentResult {
  return {
    name: hello.name,
    host: hello.host,
    version: hello.version,
    ranks,
    clockBoundSeconds: health && health.clockBoundMs / 1000,
    startedLateSeconds: (health?.startedLateMs ?? 0) / 1000,
    requests: health?.requests ?? 0,
    errors: health?.errors ?? 0,
    p50Seconds: health?.p50Seconds ?? undefined,
    p99Seconds: health?.p99Seconds ?? undefined,
    lost: loss && { epochMs: originMs + loss.atMs, unreportedSeconds: loss.unreportedSeconds },
  };
}
