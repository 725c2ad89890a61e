import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/**
 * Keeps the machine's processors from going to sleep until it is called off. To wake one of a virtual machine takes up to
 * two milliseconds, which are in a latency that the client sees and in no log of the target's. Each is given a loop that
 * yields to everything else (SCHED_IDLE); without `chrt` they sleep normally.
 */
export function keepAwake(): () => void {
  const loops = Array.from({ length: availableParallelism() }, () =>
    spawn('chrt', ['--idle', '0', process.execPath, '--eval', 'for (;;);'], { stdio: 'ignore' }),
  );
  for (const loop of loops) loop.once('error', () => undefined);
  return () => {
    for (const loop of loops) loop.kill('SIGKILL');
  };
}
