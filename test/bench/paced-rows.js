import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ours, scratch } from './clients.js';

const CONNECTIONS = 50;
const SECONDS = 4;
const VEGETA_GOALS = /** @type {const} */ ([
  [1000, 1.2],
  [5000, 1.2],
  [20_000, 1.5],
]);

/** Paced loads of a few seconds, the start of the process included. @param {string} url @returns {import('./rows.js').Row[]} */
export function pacedRows(url) {
  const targets = join(scratch, 'targets.txt');
  writeFileSync(targets, `GET ${url}/\n`);
  return VEGETA_GOALS.map(([pace, goal]) => ({
    load: `paced ${pace.toLocaleString('en-US')}/s`,
    peer: 'vegeta',
    goal,
    requests: pace * SECONDS,
    ours: () => ours(url, CONNECTIONS, SECONDS, [], { pace }),
    peers: () =>
      ['vegeta', 'attack', `-targets=${targets}`, `-rate=${pace}`, `-duration=${SECONDS}s`].concat(
        '-output=/dev/null',
        `-connections=${CONNECTIONS}`,
        `-max-workers=${CONNECTIONS}`,
      ),
  }));
}
