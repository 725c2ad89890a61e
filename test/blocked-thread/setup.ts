import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach } from 'vitest';
import { watchMainThread } from './watch.js';

/** Longer than any command that a test waits for on its thread. */
const LIMIT_MS = 240_000;

const WATCHED = Symbol.for('loadbot-agent.test.watched');
const process = globalThis as { [WATCHED]?: boolean };

// Files that share a process are set up one by one.
if (process[WATCHED] === undefined) watchMainThread(LIMIT_MS);
process[WATCHED] = true;

// Tests that only compute follow each other without a turn of the event loop, so that the whole file would count as blocked.
afterEach(() => nextTurn());
