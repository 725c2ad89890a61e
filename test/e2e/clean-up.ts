import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Commands that a test file has started and that have not ended. */
export const running = new Set<ChildProcess>();

let directory: string | undefined;
let files = 0;

/** A fresh path in a directory that is removed after the test file. */
export function scratchFile(extension: string): string {
  directory ??= mkdtempSync(join(tmpdir(), 'loadbot-e2e-'));
  return join(directory, `${files++}.${extension}`);
}

/** Ends the commands of a test file and removes its files. Test files share a process, one after the other. */
export function cleanUp(): void {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  directory = undefined;
}
