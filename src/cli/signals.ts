import type { Log } from '../shared/log.ts';

/** Target of signals: stopped gracefully by the first, killed by the second. */
interface Stoppable {
  stop(): void;
  kill(): void;
}

/** SIGHUP comes when a terminal is closed or a connection to it breaks, SIGQUIT from Ctrl-\. */
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const;

/** Time to write the results after the second signal; a hanging output is abandoned. */
const LEAVE_WITHIN_MS = 75;
/** Counted in steps: on an overloaded machine the results get correspondingly more time. */
const STEP_MS = 15;

/** The signals that ask to end: the first stops a run, the second ends it at once. */
export class Signals {
  readonly #leave: () => void;
  readonly #onSignal = (signal: NodeJS.Signals): void => this.#received(signal);
  #first: NodeJS.Signals | undefined;
  #run: { readonly stoppable: Stoppable; readonly log: Log } | undefined;

  /**
   * Receives signals from now on. A signal that arrives before the run exists stops the run once it does.
   * @param leave ends the process, for a second signal after which even writing the results takes too long
   */
  constructor(leave: () => void) {
    this.#leave = leave;
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  /** Passes signals to a run, including those received before. */
  stop(stoppable: Stoppable, log: Log): void {
    this.#run = { stoppable, log };
    if (this.#first !== undefined) this.#stop(this.#first);
  }

  /** Restores Node's handling of signals. */
  release(): void {
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }

  #received(signal: NodeJS.Signals): void {
    if (this.#first === undefined) {
      this.#first = signal;
      this.#stop(signal);
    } else if (this.#run === undefined) {
      // No results exist yet.
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
