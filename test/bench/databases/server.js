import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onCore } from '../machine.js';

/**
 * A database server on the second core, with its data in a folder that goes away with it.
 * @typedef {object} Server
 * @property {(name?: string) => string} path of its folder, or of something in it
 * @property {(argv: string[]) => void} run runs a command as the server's account
 * @property {(argv: string[], isReady: () => Promise<unknown>) => Promise<void>} start
 * @property {() => Promise<void>} stop
 */

/**
 * @param {string} account that the server's package made, used when we are root, who may not run it
 * @returns {Server}
 */
export function databaseServer(account) {
  const folder = mkdtempSync(join(tmpdir(), `loadbot-bench-${account}-`));
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;
  const isRoot = process.getuid?.() === 0;
  /** @param {string[]} argv */
  const asAccount = (argv) =>
    isRoot ? ['setpriv', `--reuid=${account}`, `--regid=${account}`, '--clear-groups', ...argv] : argv;
  if (isRoot) chownSync(folder, id('-u', account), id('-g', account));
  return {
    path: (name = '') => join(folder, name),
    run(argv) {
      const [command = '', ...args] = asAccount(argv);
      execFileSync(command, args, { stdio: 'pipe', cwd: folder });
    },
    async start(argv, isReady) {
      const [command, args] = onCore(1, asAccount(argv));
      child = spawn(command, args, { stdio: 'ignore', cwd: folder });
      for (let tries = 0; ; tries++) {
        try {
          await isReady();
          return;
        } catch (error) {
          if (tries > 100) throw error;
          await sleep(100);
        }
      }
    },
    async stop() {
      const closed = new Promise((resolve) => child?.once('close', resolve));
      child?.kill('SIGTERM');
      if (child !== undefined) await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param {string} flag @param {string} account */
function id(flag, account) {
  return Number(execFileSync('id', [flag, account], { encoding: 'utf8' }));
}
