import type { Clock, Timer } from '../../core/clock.ts';
import type { AbortWhen } from '../../core/gate.ts';
import { formatMs } from '../../core/units.ts';
import type { Sources } from '../sources.ts';
import { explainWatch } from './explain-watch.ts';
import { LOOK_AGAIN_MS } from './look-again.ts';

/** A job as far as it ends the run. */
export interface GuardedJob {
  readonly index: number;
  readonly name: string;
  readonly abortWhen: readonly AbortWhen[];
}

interface GuardsContext {
  readonly sources: Pick<Sources, 'watch'>;
  readonly clock: Clock;
  /** One line for people. */
  readonly say: (message: string) => void;
  /** Ends the run. */
  readonly abort: (reason: string) => void;
}

/** What ends a run when it holds while a job's load runs. */
export class Guards {
  readonly #context: GuardsContext;
  readonly #jobs: readonly GuardedJob[];
  /** What ends the watching of a job's conditions. */
  readonly #closes = new Map<number, readonly (() => void)[]>();

  constructor(jobs: readonly GuardedJob[], context: GuardsContext) {
    this.#jobs = jobs;
    this.#context = context;
  }

  /** A job's load begins: what the conditions say of times begins here, and so does the time for which they have held. */
  begin(index: number): void {
    const job = this.#jobs.find((one) => one.index === index);
    if (job === undefined) return;
    this.#closes.set(
      index,
      job.abortWhen.map((guard) => this.#watch(guard, job.name)),
    );
  }

  /** A job's load has ended. */
  end(index: number): void {
    for (const close of this.#closes.get(index) ?? []) close();
    this.#closes.delete(index);
  }

  #watch({ text, condition, forMs }: AbortWhen, job: string): () => void {
    const { sources, clock, say, abort } = this.#context;
    const subject = `abort_when ${text} of ${job}`;
    let due: Timer | undefined;
    const watch = sources.watch(condition, ({ holds, byMs }) => {
      due?.cancel();
      if (holds === true) holdSince(byMs);
    });
    const holdSince = (sinceMs: number): void => {
      if (forMs === 0) return abort(`${subject} holds: ${explainWatch(watch)}`);
      say(`${subject} holds, and ends the run if it does for ${formatMs(forMs)}: ${explainWatch(watch)}`);
      let heldFromMs: number | undefined = sinceMs;
      const look = (): void => {
        const nowMs = clock.nowMs();
        heldFromMs = watch.verdict().holds === true ? (heldFromMs ?? nowMs) : undefined;
        const heldMs = heldFromMs === undefined ? 0 : nowMs - heldFromMs;
        if (heldMs < forMs) due = clock.after(Math.min(forMs - heldMs, LOOK_AGAIN_MS), look);
        else abort(`${subject} has held for ${formatMs(heldMs)}: ${explainWatch(watch)}`);
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
