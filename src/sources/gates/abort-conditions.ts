import type { Clock, Timer } from '../../shared/clock.ts';
import type { AbortCondition } from '../../plan/gate.ts';
import { formatMs } from '../../shared/units.ts';
import type { Sources } from '../sources.ts';
import { describeCurrentValues, REEVALUATE_EVERY_MS } from '../conditions/watch.ts';

/** A job's abort conditions. */
export interface JobAbortConditions {
  readonly index: number;
  readonly name: string;
  readonly abortWhen: readonly AbortCondition[];
}

interface GuardsContext {
  readonly sources: Pick<Sources, 'watch'>;
  readonly clock: Clock;
  /** Prints one line. */
  readonly log: (message: string) => void;
  /** Ends the run. */
  readonly abort: (reason: string) => void;
}

/** Abort conditions: end the run when one holds while its job's load runs. */
export class AbortConditions {
  readonly #context: GuardsContext;
  readonly #jobs: readonly JobAbortConditions[];
  /** Functions that stop the evaluation of a job's conditions. */
  readonly #closes = new Map<number, readonly (() => void)[]>();

  constructor(jobs: readonly JobAbortConditions[], context: GuardsContext) {
    this.#jobs = jobs;
    this.#context = context;
  }

  /** Starts a job's conditions with its load: their time ranges and durations begin here. */
  begin(index: number): void {
    const job = this.#jobs.find((one) => one.index === index);
    if (job === undefined) return;
    this.#closes.set(
      index,
      job.abortWhen.map((guard) => this.#watch(guard, job.name)),
    );
  }

  /** Stops a job's conditions at the end of its load. */
  end(index: number): void {
    for (const close of this.#closes.get(index) ?? []) close();
    this.#closes.delete(index);
  }

  #watch({ text, condition, forMs }: AbortCondition, job: string): () => void {
    const { sources, clock, log, abort } = this.#context;
    const subject = `abort_when ${text} of ${job}`;
    let due: Timer | undefined;
    const watch = sources.watch(condition, ({ holds, byMs }) => {
      due?.cancel();
      if (holds === true) holdSince(byMs);
    });
    const holdSince = (sinceMs: number): void => {
      if (forMs === 0) return abort(`${subject} holds: ${describeCurrentValues(watch)}`);
      log(`${subject} holds; the run ends when it has held for ${formatMs(forMs)}: ${describeCurrentValues(watch)}`);
      let heldFromMs: number | undefined = sinceMs;
      const look = (): void => {
        const nowMs = clock.nowMs();
        heldFromMs = watch.verdict().holds === true ? (heldFromMs ?? nowMs) : undefined;
        const heldMs = heldFromMs === undefined ? 0 : nowMs - heldFromMs;
        if (heldMs < forMs) due = clock.after(Math.min(forMs - heldMs, REEVALUATE_EVERY_MS), look);
        else abort(`${subject} has held for ${formatMs(heldMs)}: ${describeCurrentValues(watch)}`);
      };
      look();
    };
    if (watch.verdict().holds === true) holdSince(clock.nowMs());
    return () => {
      due?.cancel();
      watch.close();
    };
  }
}
