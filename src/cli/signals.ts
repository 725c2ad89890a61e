import type { Log } from '../core/log.ts';

/** Something that a signal can end: gently first, then at once. */
interface Stoppable {
  stop(): void;
  kill(): void;
}

/** SIGHUP comes when a terminal is closed or a connection to it breaks, SIGQUIT from Ctrl-\. */
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const;

/** How long the results may take to be written after the second signal; whatever hangs then is left behind. */
const LEAVE_WITHIN_MS = 150;
/** It is counted in steps: a machine that hardly lets us run gives the results as much longer. */
const STEP_MS = 15;

/** The signals that ask to end: the first stops a run, the second ends it at once. */
export class Signals {
  readonly #leave: () => void;
  readonly #onSignal = (signal: NodeJS.Signals): void => this.#received(signal);
  #first: NodeJS.Signals | undefined;
  #run: { readonly stoppable: Stoppable; readonly log: Log } | undefined;

  /**
   * Receives them from now on; one that comes before there is a run stops that when it is there.
   * @param leave ends the process, for a second signal after which even writing the results takes too long
   */
  constructor(leave: () => void) {
    this.#leave = leave;
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  /** Passes them to a run, from now on and those received before. */
  stop(stoppable: Stoppable, log: Log): void {
    this.#run = { stoppable, log };
    if (this.#first !== undefined) this.#stop(this.#first);
  }

  /** Gives them back to Node. */
  release(): void {
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }

  #received(signal: NodeJS.Signals): void {
    if (this.#first === undefined) {
      this.#first = signal;
      this.#stop(signal);
    } else if (this.#run === undefined) {
      // There are no results yet.
      this.#leave();
    } else {
      this.#run.stoppable.kill();
      leaveIn(LEAVE_WITHIN_MS, this.#leave);
    }
  }

  #stop(signal: NodeJS.Signals): void {
    if (this.#run === undefined) return;
    const { stoppable, log } = this.#run;
    log.info(`${signal}: letting requests in flight finish; once more to leave at once`);
    stoppable.stop();
  }
}

function leaveIn(ms: number, leave: () => void): void {
  setTimeout(() => (ms > STEP_MS ? leaveIn(ms - STEP_MS, leave) : leave()), STEP_MS);
}
