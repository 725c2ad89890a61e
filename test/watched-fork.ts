import { ForksPoolWorker, type PoolOptions } from 'vitest/node';

const NAME = 'watched-forks';

/** A process of tests. Vitest only says of one that ends by itself that it "exited unexpectedly": this one says with what. */
class WatchedFork extends ForksPoolWorker {
  override readonly name = NAME;
  #isStopping = false;

  override async start(): Promise<void> {
    await super.start();
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (!this.#isStopping) console.error(`a test process ended with ${signal ?? `exit code ${code}`}`);
    };
    super.on('exit', onExit as (argument: unknown) => void);
  }

  override async stop(): Promise<void> {
    this.#isStopping = true;
    await super.stop();
  }
}

export const WATCHED_FORKS = {
  name: NAME,
  createPoolWorker: (options: PoolOptions): ForksPoolWorker => new WatchedFork(options),
};
