import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareLoop, ours, scratch } from './clients.js';

const CONNECTIONS = 50;
const SECONDS = 4;

/** Requests per second. */
export const PACES = /** @type {const} */ ([1000, 5000, 20_000]);

/** Goals of the processor time, beside each. @type {Record<'vegeta' | 'wrk2', Record<typeof PACES[number], number>>} */
const GOALS = { vegeta: { 1000: 1.2, 5000: 1.2, 20_000: 1.5 }, wrk2: { 1000: 0.3, 5000: 0.5, 20_000: 0.5 } };

/** @param {string} url @param {number} pace @param {number} seconds */
function vegeta(url, pace, seconds) {
  const targets = join(scratch, 'targets.txt');
  writeFileSync(targets, `GET ${url}/\n`);
  return ['vegeta', 'attack', `-targets=${targets}`, `-rate=${pace}`, `-duration=${seconds}s`].concat(
    '-output=/dev/null',
    `-connections=${CONNECTIONS}`,
    `-max-workers=${CONNECTIONS}`,
  );
}

/** wrk2, whose command is `wrk` too, under a name of its own. @param {string} url @param {number} pace @param {number} seconds */
function wrk2(url, pace, seconds) {
  return ['wrk2', '-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, `-R${pace}`, url];
}

const PEERS = /** @type {const} */ ([
  ['vegeta', vegeta],
  ['wrk2', wrk2],
]);

/** @param {object} job @returns {(url: string, pace: number, seconds: number) => string[]} */
function loadbot(job) {
  return (url, pace, seconds) => ours(url, CONNECTIONS, seconds, [], { pace, ...job });
}

/** Precision of timers that wait for whole milliseconds. */
const COARSE = '1ms';

/**
 * Paced loads whose punctuality is compared.
 * @type {readonly { name: string, needs: string, argv: (url: string, pace: number, seconds: number) => string[] }[]}
 */
export const PACED_CLIENTS = [
  { name: 'default', needs: process.execPath, argv: loadbot({}) },
  { name: COARSE, needs: process.execPath, argv: loadbot({ precision: COARSE }) },
  { name: 'vegeta', needs: 'vegeta', argv: vegeta },
];

/**
 * Paced loads of a few seconds, the start of the process included: at the default precision, and at that of the
 * others, whose requests wait for timers of 1 ms.
 * @param {string} url @returns {import('./rows.js').Row[]}
 */
export function pacedRows(url) {
  return PACES.flatMap((pace) =>
    [undefined, COARSE].flatMap((precision) =>
      PEERS.map(([peer, argv]) => ({
        load: `paced ${pace.toLocaleString('en-US')}/s${precision === undefined ? '' : `, ${precision}`}`,
        peer,
        goal: GOALS[peer][pace],
        requests: pace * SECONDS,
        ours: () => loadbot({ precision })(url, pace, SECONDS),
        peers: () => argv(url, pace, SECONDS),
        bare: () => bareLoop(url, CONNECTIONS, SECONDS, pace),
      })),
    ),
  );
}
