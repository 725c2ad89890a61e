import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openCommandFetcher } from '../../../src/sources/fetch/open-fetcher.ts';

/** Children of this process that have ended and were not waited for, by their command; Linux. */
function zombies(): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const [, command = '', state, parent] =
        /\((.*)\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      return state === 'Z' && Number(parent) === process.pid ? [command] : [];
    } catch {
      return []; // it has ended
    }
  });
}

const taker = { begin: () => {}, take: () => {} };

async function fetchOnce(words: readonly string[], signal = new AbortController().signal): Promise<void> {
  const fetcher = openCommandFetcher({ kind: 'command', words, directory: '/' });
  await fetcher.fetch(signal, taker).catch(() => {});
  await fetcher.close();
}

describe.runIf(process.platform === 'linux')('child processes of command sources are reaped', () => {
  test.each([
    ['that succeed', ['true']],
    ['that fail', ['false']],
    ['that cannot be started', ['/nonexistent']],
    ['that print and are killed by a signal', ['sh', '-c', 'echo a 1; kill -9 $$']],
    ['that leave a process in their group', ['sh', '-c', 'sleep 1 & echo a 1']],
  ])('%s', async (_, words) => {
    await Promise.all(Array.from({ length: 10 }, () => fetchOnce(words)));
    await expect.poll(zombies, { timeout: 20_000 }).toEqual([]);
  });

  test('that are aborted', async () => {
    const abort = new AbortController();
    const fetches = Array.from({ length: 10 }, () => fetchOnce(['sleep', '60'], abort.signal));
    abort.abort();
    await Promise.all(fetches);
    await expect.poll(zombies, { timeout: 20_000 }).toEqual([]);
  });
});
