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

/**
 * The first signal that asks to end stops `run`, the second ends it at once. Returns what gives the signals back.
 * @param leave ends the process, for when even that takes too long
 */
export function stopOnSignals(run: Stoppable, log: Log, leave: () => void): () => void {
  let received = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    received++;
    if (received === 1) {
      log.info(`${signal}: letting requests under way finish; once more to leave at once`);
      run.stop();
    } else {
      run.kill();
      leaveIn(LEAVE_WITHIN_MS, leave);
    }
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}

function leaveIn(ms: number, leave: () => void): void {
  setTimeout(() => (ms > STEP_MS ? leaveIn(ms - STEP_MS, leave) : leave()), STEP_MS);
}
