import { writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import { workerData } from 'node:worker_threads';

/** Number of stacks to print: one alone may show a function that returns soon. */
const STACKS = 3;
const BETWEEN_STACKS_MS = 100;
const STDERR = 2;

/** Share of the limit that a thread computes on an idle machine at least, if it computes and does not wait. */
const COMPUTED = 0.25;
/** A process that a busy machine gives little time is not blocked: it has so many times the limit. */
const BUSY_FACTOR = 4;

const { beats, limitMs } = workerData;
let seen = -1;
let changedMs = performance.now();
let changedCpuMs = cpuMs();

const timer = setInterval(() => {
  const now = Atomics.load(beats, 0);
  if (now !== seen) {
    seen = now;
    changedMs = performance.now();
    changedCpuMs = cpuMs();
  } else if (isBlocked(performance.now() - changedMs)) {
    clearInterval(timer);
    print(`the main thread of process ${process.pid} has been blocked for ${limitMs} ms:`);
    const session = new Session();
    session.connectToMainThread();
    printStacks(session, STACKS);
    // A thread that waits within a system call never pauses.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), STACKS * BETWEEN_STACKS_MS + 2000);
  }
}, limitMs / 10);

function isBlocked(elapsedMs) {
  if (elapsedMs <= limitMs) return false;
  return cpuMs() - changedCpuMs > limitMs * COMPUTED || elapsedMs > limitMs * BUSY_FACTOR;
}

/** Processor time of the process. */
function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function printStacks(session, count) {
  session.once('Debugger.paused', ({ params: { callFrames } }) => {
    for (const { functionName, url, location } of callFrames)
      print(`    at ${functionName || '(anonymous)'} (${url}:${location.lineNumber + 1})`);
    session.post('Debugger.resume');
    print('');
    if (count > 1) setTimeout(() => printStacks(session, count - 1), BETWEEN_STACKS_MS);
  });
  session.post('Debugger.enable');
  session.post('Debugger.pause');
}

/** Not by `process.stderr`, which the blocked thread would have to write. */
function print(line) {
  writeSync(STDERR, `${line}\n`);
}
