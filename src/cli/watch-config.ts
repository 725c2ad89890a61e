import { unwatchFile, watchFile } from 'node:fs';
import { basename } from 'node:path';
import type { Agent } from '../agent/agent.ts';
import type { WorkloadText } from '../agent/control-routes.ts';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';

/** Interval of checks; they also find files that are replaced by a rename, or by a link of Kubernetes. */
const CHECK_MS = 500;

interface WatchOptions {
  readonly agent: Agent;
  /** The workload that the agent was configured with. */
  readonly first: WorkloadText;
  /** Reads the file and its includes again. */
  readonly read: () => Promise<WorkloadText>;
  readonly log: Log;
}

/**
 * Watches the file of an agent, and the files that it includes. A changed workload that is valid replaces the
 * configured one; a run of the configured one is stopped and started again. One that is not valid is logged, and nothing
 * else changes.
 * @returns a function that ends the watch
 */
export function watchConfig({ agent, first, read, log }: WatchOptions): () => void {
  let known = first;
  let watched: readonly string[] = [];
  let pending: Promise<void> = Promise.resolve();
  const check = (): void => void (pending = pending.then(reload));
  const watch = ({ source, files = {} }: WorkloadText): void => {
    const wanted = [source, ...Object.keys(files)];
    for (const path of watched) if (!wanted.includes(path)) unwatchFile(path, check);
    for (const path of wanted) {
      if (!watched.includes(path)) watchFile(path, { interval: CHECK_MS, persistent: false }, check);
    }
    watched = wanted;
  };
  const reload = async (): Promise<void> => {
    const name = basename(first.source);
    try {
      const workload = await read();
      if (isEqual(workload, known)) return;
      known = workload;
      watch(workload);
      const { isRunningConfigured } = agent;
      await agent.configure({ ...workload, isOwn: true });
      if (!isRunningConfigured) {
        log.info(`${name} changed: the next start runs it`);
        return;
      }
      log.info(`${name} changed: stopping run ${agent.status().run_id ?? ''} to start it again`);
      await agent.restart();
    } catch (error) {
      log.error(`${name} changed and cannot be used; the agent keeps the earlier one: ${describe(error)}`);
    }
  };
  watch(first);
  return () => {
    for (const path of watched) unwatchFile(path, check);
  };
}

function isEqual(a: WorkloadText, b: WorkloadText): boolean {
  return a.text === b.text && JSON.stringify(a.files ?? {}) === JSON.stringify(b.files ?? {});
}

/** The problems of an error on one line. */
function describe(error: unknown): string {
  if (!(error instanceof LoadbotError) || error.problems.length === 0) return messageOf(error);
  return error.problems
    .map(({ file, path, message }) => [file, path, message].filter((part) => part !== undefined).join(' '))
    .join('; ');
}
