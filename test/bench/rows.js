import { has, measure, median } from './machine.js';

/** Exit status of a run that ended, but is invalid: on a machine that has other work, too. */
export const INVALID = 112;
/** More requests than these are missing: the load was not the one that the row names. */
const FEWEST = 0.96;

/**
 * A load that is compared with another load generator.
 * @typedef {object} Row
 * @property {string} load
 * @property {string} peer command of the other load generator
 * @property {number} goal ratio of the requests per processor second to those of the peer
 * @property {number} [requests] of the whole run, if the load fixes them
 * @property {() => string[]} ours command line
 * @property {() => string[]} peers command line
 * @property {() => string[]} [bare] command line of a bare loop on Node's sockets with the same load
 */

/** @typedef {Awaited<ReturnType<typeof import('./nginx.js').startNginx>>} Server */

/**
 * Measures rows in turns with their peers: requests per processor second of the whole process, as the server counts them.
 * @param {readonly Row[]} rows @param {number} rounds @param {Server} server
 */
export async function compareRows(rows, rounds, server) {
  const missing = new Set(rows.filter(({ peer }) => !has(peer)).map(({ peer }) => peer));
  for (const peer of missing) console.log(`\nnot on this machine: ${peer}, and the rows that need it`);
  const complete = rows.filter(({ peer }) => !missing.has(peer));
  if (complete.length === 0) return;
  console.log(`\n${'load'.padEnd(26)}${'ours'.padStart(10)}${'peer'.padStart(24)}${'ratio'.padStart(10)}      goal`);
  for (const row of complete) await compareRow(row, rounds, server);
}

/** @param {Row} row @param {number} rounds @param {Server} server */
async function compareRow({ load, peer, goal, requests, ours, peers }, rounds, server) {
  /** @type {number[]} */
  const own = [];
  /** @type {number[]} */
  const other = [];
  const notes = new Set();
  for (let round = 0; round < rounds; round++) {
    for (const [argv, name, figures] of /** @type {const} */ ([
      [ours(), 'ours', own],
      [peers(), peer, other],
    ])) {
      const { served, perCpuSecond, isInvalid } = await measureServed(argv, server);
      figures.push(perCpuSecond);
      if (isInvalid) notes.add(`${name} invalid`);
      if (requests !== undefined && served < requests * FEWEST) notes.add(`${name} ${served} of ${requests} requests`);
    }
  }
  const ratio = median(own.map((each, round) => each / (other[round] ?? NaN)));
  console.log(
    `${load.padEnd(26)}${whole(median(own)).padStart(10)}${`${peer} ${whole(median(other))}`.padStart(24)}` +
      `${`${ratio.toFixed(2)} x`.padStart(10)}${`${goal.toFixed(2)} x`.padStart(10)}  ${[...notes].join(', ')}`,
  );
}

/**
 * Runs a load generator, and counts requests of the whole process as the server does. A caller that prints the figures says
 * which runs were invalid.
 * @param {string[]} argv @param {Server} server
 */
export async function measureServed(argv, server) {
  const before = await server.requests();
  const { output, cpuSeconds, status } = await measure(argv, true, [0, INVALID]);
  const served = (await server.requests()) - before - 1;
  return { output, served, perCpuSecond: served / cpuSeconds, isInvalid: status === INVALID };
}

/** @param {number} value */
export function whole(value) {
  return Math.round(value).toLocaleString('en-US');
}
