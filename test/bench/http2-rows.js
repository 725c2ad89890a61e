import { ours } from './clients.js';

const GOAL = 0.6;
const SECONDS = 8;
/** Concurrent requests of each row. */
const CONCURRENT = 50;

/**
 * Unpaced loads over HTTP/2, with a stream and with ten streams a socket.
 * @param {string} url @param {string} secureUrl @returns {import('./rows.js').Row[]}
 */
export function http2Rows(url, secureUrl) {
  /** @param {string} name @param {string} to @param {number} streams @returns {import('./rows.js').Row} */
  const row = (name, to, streams) => ({
    load: `${name}, ${streams === 1 ? '1 stream' : `${streams} streams`}`,
    peer: 'h2load',
    goal: GOAL,
    // h2load does not verify certificates.
    ours: () =>
      ours(to, CONCURRENT, SECONDS, [], {}, { http: { version: 2, streams, ...(to === secureUrl && UNVERIFIED) } }),
    peers: () => ['h2load', '-c', `${CONCURRENT / streams}`, '-m', `${streams}`, '-D', `${SECONDS}`, to],
  });
  return [1, 10].flatMap((streams) => [row('HTTP/2', url, streams), row('HTTP/2, TLS', secureUrl, streams)]);
}

const UNVERIFIED = { tls: { insecure_skip_verify: true } };
