import type { SourceOrigin } from '../../plan/source-plan.ts';
import { type Fetcher, FetchFault } from './fetcher.ts';
import { openHttpFetcher } from './http-fetcher.ts';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { messageOf } from '../../shared/errors.ts';
import { firstLine, secretsOfArguments } from '../../shared/secrets.ts';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Creates the fetcher of a source's origin. Opens no connection yet. */
export function openFetcher(origin: SourceOrigin): Fetcher {
  if (origin.kind === 'http') return openHttpFetcher(origin);
  return origin.kind === 'file' ? openFileFetcher(origin.path) : openCommandFetcher(origin);
}

type CommandOrigin = Extract<SourceOrigin, { kind: 'command' }>;

/** Maximum number of characters kept of stderr; longer than the arguments that it may repeat. */
const MAX_SAID = 100_000;

/** Runs a command and reads its stdout. A command that fails or cannot be started counts as `refused`. */
export function openCommandFetcher({ words, directory }: CommandOrigin): Fetcher {
  const [program = '', ...args] = words;
  const secrets = secretsOfArguments(args);
  return {
    async fetch(signal, taker) {
      // A separate process group, so that child processes of the command end with it.
      const child = spawn(program, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      const end = (): void => endGroup(child);
      signal.addEventListener('abort', end);
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(0, MAX_SAID)));
      const closed = once(child, 'close') as Promise<[code: number | null, signal: string | null]>;
      closed.catch(() => {}); // the wait for the process reports the same error
      try {
        await once(child, 'spawn');
        taker.begin(0, '');
        for await (const chunk of child.stdout) taker.take(chunk as Buffer);
        const [code, signalName] = await closed;
        if (code === 0) return;
        const line = firstLine(said, secrets);
        const why = code === null ? `was killed by ${signalName}` : `exited with ${code}`;
        throw new FetchFault('refused', `${program} ${why}${line === '' ? '' : `: ${line}`}`);
      } catch (error) {
        if (error instanceof FetchFault) throw error;
        throw new FetchFault('refused', `cannot run ${program}: ${messageOf(error)}`);
      } finally {
        signal.removeEventListener('abort', end);
        end();
      }
    },
    close: async () => {},
  };
}

/** Kills the process group; child processes may outlive the command. */
function endGroup(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // all processes have already exited
  }
}

/** Reads a file. A missing or unreadable file counts as `refused`. */
function openFileFetcher(path: string): Fetcher {
  return {
    async fetch(signal, taker) {
      try {
        // Reading a pipe or a device could block forever.
        if (!(await stat(path)).isFile()) throw new FetchFault('refused', `${path} is not a regular file`);
        taker.begin(0, '');
        for await (const chunk of createReadStream(path, { signal })) taker.take(chunk as Buffer);
      } catch (error) {
        if (error instanceof FetchFault || signal.aborted) throw error;
        throw new FetchFault('refused', messageOf(error));
      }
    },
    close: async () => {},
  };
}
