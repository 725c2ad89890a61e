import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';

const WATCH = JSON.stringify(new URL('../blocked-thread/watch.js', import.meta.url).href);

function run(script: string): {
  readonly signal: NodeJS.Signals | null;
  readonly status: number | null;
  readonly stderr: string;
} {
  const { signal, status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { signal, status, stderr };
}

test.each([
  ['a loop', 'for (;;);'],
  ['a loop over promises', 'for (;;) await undefined;'],
])('%s that blocks the thread of a test ends its process and is named', (_, loop) => {
  const { signal, stderr } = run(`
    import { watchMainThread } from ${WATCH};
    watchMainThread(300);
    async function busyFunction() { ${loop} }
    setTimeout(busyFunction, 100);
    setTimeout(() => undefined, 60_000);`);
  expect(signal).toBe('SIGKILL');
  expect(stderr).toMatch(/^the main thread of process \d+ has been blocked for 300 ms:\n {4}at busyFunction \(/);
});

test('a process whose thread is free ends by itself', () => {
  const { signal, status, stderr } = run(`
    import { watchMainThread } from ${WATCH};
    watchMainThread(5000);
    setTimeout(() => undefined, 100);`);
  expect({ signal, status, stderr }).toEqual({ signal: null, status: 0, stderr: '' });
});

describe('the event loop turns between two tests, so that a file that only computes is not blocked', () => {
  let turns = 0;

  test('before', () => {
    setImmediate(() => turns++);
    expect(turns).toBe(0);
  });

  test('after', () => expect(turns).toBe(1));
});
