import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const scratch = mkdtempSync(join(tmpdir(), 'loadbot-bench-'));

/**
 * A load generator: its command line, and the 99th percentile in its output, in milliseconds.
 * @typedef {object} Client
 * @property {string} name
 * @property {string} needs command that must be there
 * @property {(url: string, connections: number, seconds: number) => string[]} argv
 * @property {(output: string) => number | undefined} p99Ms
 */

/**
 * Command line of this project: reads of `/`, unpaced unless the job has a pace.
 * @param {string} url @param {number} connections @param {number} seconds @param {string[]} flags @param {object} job
 * @param {{ jobs?: readonly object[], sources?: readonly object[], http?: object }} more of the workload; its jobs come after that one
 */
export function ours(url, connections, seconds, flags, job = {}, { jobs = [], ...more } = {}) {
  const file = join(scratch, 'workload.json');
  const read = {
    name: 'bench',
    type: 'read',
    collection: 'c',
    connections,
    duration: `${seconds}s`,
    http: { path: '/' },
  };
  writeFileSync(file, JSON.stringify({ connection_string: url, ...more, jobs: [{ ...read, ...job }, ...jobs] }));
  const out = join(scratch, 'result.json');
  return [process.execPath, join(ROOT, 'bin/loadbot-agent.js'), 'run', file, '--quiet', '--out', out, ...flags];
}

/**
 * The least that requests take on Node's sockets: nothing parsed, nothing recorded.
 * @param {string} url @param {number} connections @param {number} seconds @param {number} pace requests per second; 0: unpaced
 */
export function bareLoop(url, connections, seconds, pace = 0) {
  const script = fileURLToPath(new URL('bare-loop.js', import.meta.url));
  return [process.execPath, script, url, `${connections}`, `${seconds}`, `${pace}`];
}

/** The result file of our last run. */
export function result() {
  return JSON.parse(readFileSync(join(scratch, 'result.json'), 'utf8'));
}

/** @type {Client} */
export const LOADBOT = {
  name: 'loadbot-agent',
  needs: process.execPath,
  argv: (url, connections, seconds) => ours(url, connections, seconds, ['--metrics_export_port', '0']),
  p99Ms: () => {
    return result().jobs[0].service_time.percentiles_seconds.p99 * 1000;
  },
};

/** @type {Client} */
export const WRK = {
  name: 'wrk',
  needs: 'wrk',
  argv: (url, connections, seconds) => ['wrk', '-t1', '--latency', `-c${connections}`, `-d${seconds}`, url],
  p99Ms: (output) => milliseconds(/99%\s+([\d.]+)(us|ms|s)/.exec(output)),
};

/** @type {readonly Client[]} */
export const PEERS = [
  {
    name: 'autocannon',
    needs: 'autocannon',
    argv: (url, connections, seconds) => ['autocannon', '--json', '-c', `${connections}`, '-d', `${seconds}`, url],
    p99Ms: (output) => Number(/"latency":\{.*?"p99":([\d.]+)/.exec(output)?.[1]),
  },
  WRK,
  {
    name: 'hey',
    needs: 'hey',
    argv: (url, connections, seconds) => ['hey', '-c', `${connections}`, '-z', `${seconds}s`, url],
    p99Ms: (output) => milliseconds(/99%+ in ([\d.]+) (sec)s/.exec(output)),
  },
  {
    name: 'ab',
    needs: 'ab',
    // -t sets a limit of 50,000 requests, which the -n after it lifts.
    argv: (url, connections, seconds) =>
      ['ab', '-q', '-k', '-c', `${connections}`, '-t', `${seconds}`].concat('-n', '100000000', `${url}/`),
    p99Ms: (output) => Number(/99%\s+(\d+)/.exec(output)?.[1]),
  },
  {
    name: 'k6',
    needs: 'k6',
    argv: (url, connections, seconds) => {
      const script = join(scratch, 'k6.js');
      writeFileSync(
        script,
        `import http from 'k6/http';
         export const options = { vus: ${connections}, duration: '${seconds}s', summaryTrendStats: ['p(99)'] };
         export default () => { http.get('${url}/'); };`,
      );
      return ['k6', 'run', '--quiet', '--no-usage-report', script];
    },
    p99Ms: (output) => milliseconds(/http_req_duration.*?p\(99\)=([\d.]+)(µs|ms|s)/.exec(output)),
  },
];

/** @param {RegExpExecArray | null} match a number and its unit */
function milliseconds(match) {
  const factors = /** @type {Record<string, number>} */ ({ us: 0.001, µs: 0.001, ms: 1, s: 1000, sec: 1000 });
  return match === null ? undefined : Number(match[1]) * (factors[match[2] ?? ''] ?? NaN);
}
