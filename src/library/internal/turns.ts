import { LoadbotError } from '../../shared/errors.ts';

/** Whether a run goes on. One process sends one load: two would share its CPU time, and each would measure the other. */
let isRunning = false;

/** @throws {LoadbotError} `config_invalid` while another run goes on */
export async function oneAtATime<T>(run: () => Promise<T>): Promise<T> {
  if (isRunning) {
    throw new LoadbotError('config_invalid', 'another run is in progress in this process', {
      hint: 'await its promise first; jobs at the same time are a `parallel` group of one workload',
    });
  }
  isRunning = true;
  try {
    return await run();
  } finally {
    isRunning = false;
  }
}
