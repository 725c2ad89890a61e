import type { GateCondition } from '../../core/gate.ts';
import type { Watch } from '../conditions/watch.ts';
import type { Sources } from '../sources.ts';
import { explainWatch } from './explain-watch.ts';

/** A job as far as it ends the run. */
export interface GuardedJob {
  readonly index: number;
  readonly name: string;
  readonly abortWhen: readonly GateCondition[];
}

interface GuardsContext {
  readonly sources: Pick<Sources, 'watch'>;
  /** Ends the run. */
  readonly abort: (reason: string) => void;
}

/** What ends a run when it holds while a job's load runs. */
export class Guards {
  readonly #context: GuardsContext;
  readonly #jobs: readonly GuardedJob[];
  readonly #watches = new Map<number, readonly Watch[]>();

  constructor(jobs: readonly GuardedJob[], context: GuardsContext) {
    this.#jobs = jobs;
    this.#context = context;
  }

  /** A job's load begins: what the conditions say of times begins here. */
  begin(index: number): void {
    const job = this.#jobs.find((one) => one.index === index);
    if (job === undefined) return;
    this.#watches.set(
      index,
      job.abortWhen.map((guard) => this.#watch(guard, job.name)),
    );
  }

  /** A job's load has ended. */
  end(index: number): void {
    for (const watch of this.#watches.get(index) ?? []) watch.close();
    this.#watches.delete(index);
  }

  #watch({ text, condition }: GateCondition, job: string): Watch {
    const { sources, abort } = this.#context;
    const tell = (): void => abort(`abort_when ${text} of ${job} holds: ${explainWatch(watch)}`);
    const watch = sources.watch(condition, ({ holds }) => {
      if (holds === true) tell();
    });
    if (watch.verdict().holds === true) tell();
    return watch;
  }
}
