import { bareLoop, ours, WRK } from './clients.js';

/** With 50 connections, and for all others. */
const GOALS = { few: 0.95, other: 0.85 };
/** More than their handshakes take. */
const SECONDS = 8;

/** Unpaced loads over many connections, and over TLS. @param {string} url @param {string} secureUrl @returns {import('./rows.js').Row[]} */
export function connectionRows(url, secureUrl) {
  /** @param {string} load @param {string} to @param {number} connections @param {number} goal @param {object} more */
  const row = (load, to, connections, goal = GOALS.other, more = {}) => ({
    load,
    peer: WRK.needs,
    goal,
    ours: () => ours(to, connections, SECONDS, [], {}, more),
    peers: () => WRK.argv(to, connections, SECONDS),
    bare: () => bareLoop(to, connections, SECONDS),
  });
  return [
    row('50 connections', url, 50, GOALS.few),
    row('1,000 connections', url, 1000),
    row('10,000 connections', url, 10_000),
    // wrk does not verify certificates either.
    row('HTTPS, 50 connections', secureUrl, 50, GOALS.other, { http: { tls: { insecure_skip_verify: true } } }),
  ];
}
