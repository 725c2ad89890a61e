import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll } from 'vitest';

/**
 * Gives the processes that a test file starts priority over others on this machine, where that is permitted. Other
 * processes would delay both sides of a measurement at different times, and neither side's log contains the other's delays.
 */
export function prioritizeProcesses(): void {
  beforeAll(() => void spawnSync('chrt', ['--rr', '--pid', '10', String(process.pid)]));
  afterAll(() => void spawnSync('chrt', ['--other', '--pid', '0', String(process.pid)]));
}
