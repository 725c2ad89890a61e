import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { scratchFile, workloadFile } from './agent.ts';
import { CountingServer } from './counting-server.ts';

const BIN = fileURLToPath(new URL('../../bin/loadbot-agent.js', import.meta.url));
const CONNECTIONS = 1000;
const REQUESTS = 10_000;

/** Accesses to properties that V8 had to look up, by place and name. */
function lookUps(log: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of log.split('\n')) {
    const [kind = '', , , row, column, , , , name] = line.split(',');
    if (!/^(Keyed)?(Load|Store)IC$/.test(kind)) continue;
    const place = `${kind} of ${name} at ${row}:${column}`;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return counts;
}

test('no property is looked up for each request of a job over many connections', async () => {
  const server = await CountingServer.start();
  onTestFinished(() => server.stop());
  const workload = workloadFile({
    connection_string: `http://${server.host}`,
    jobs: [{ type: 'read', connections: CONNECTIONS, operations: REQUESTS, http: { path: '/' } }],
  });
  const log = scratchFile('log');
  const flags = ['--log-ic', '--no-logfile-per-isolate', `--logfile=${log}`];
  await promisify(execFile)(process.execPath, [...flags, BIN, 'run', '--quiet', '--allow_invalid', workload]);
  expect(server.received).toHaveLength(REQUESTS);
  const counts = lookUps(readFileSync(log, 'latin1'));
  // The log has the accesses of the start, so an empty list of frequent ones is not that of an empty log.
  expect(counts.size).toBeGreaterThan(100);
  // Each new connection looks up some of its options.
  expect([...counts].filter(([, count]) => count > CONNECTIONS * 2)).toEqual([]);
});
