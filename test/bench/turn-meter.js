// Loaded into the agent with `--import`: measures how long its main thread computes at a stretch. A timer fires every 10 ms; the
// processor time of the thread between two of its calls is that of the longest turn of the event loop between them, and of
// at most 10 ms of others. The time in which the thread waits for a processor does not count.
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const BEAT_MS = 10;

/** Processor time of this thread, and the time in which it waited for a processor; in milliseconds. @returns {[number, number]} */
function readTimes() {
  const [cpu = 0, waited = 0] = readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ').map(Number);
  return [cpu / 1e6, waited / 1e6];
}

if (isMainThread && process.platform === 'linux') {
  const started = performance.now();
  let [cpuMs, waitedMs] = readTimes();
  let beganMs = started;
  let longest = { cpuMs: 0, waitedMs: 0, elapsedMs: 0, atSeconds: 0 };
  /** Read by the benchmark through the inspector. */
  Object.assign(globalThis, {
    readLongestTurn() {
      const text = JSON.stringify(longest);
      longest = { cpuMs: 0, waitedMs: 0, elapsedMs: 0, atSeconds: 0 };
      return text;
    },
  });
  setInterval(() => {
    const [cpu, waited] = readTimes();
    const now = performance.now();
    if (cpu - cpuMs > longest.cpuMs)
      longest = {
        cpuMs: cpu - cpuMs,
        waitedMs: waited - waitedMs,
        elapsedMs: now - beganMs,
        atSeconds: (now - started) / 1000,
      };
    [cpuMs, waitedMs, beganMs] = [cpu, waited, now];
  }, BEAT_MS).unref();
}
