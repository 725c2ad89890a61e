import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CalibrationDocument } from '../../src/calibration/calibration-document.ts';
import { Agent, type Ended, loadbot, runWorkload, scratchFile } from './agent.ts';
import { KnownTarget } from './known-target.ts';

interface Calibrated extends Ended {
  readonly document: CalibrationDocument;
}

async function calibrate(...args: readonly string[]): Promise<Calibrated> {
  const path = scratchFile('json');
  const ended = await loadbot(['calibrate', '--duration', '2s', '--json', path, ...args]);
  return { ...ended, document: JSON.parse(readFileSync(path, 'utf8')) as CalibrationDocument };
}

/** On a machine that has other things to do, a calibration may warn: then there are numbers, but perhaps no knee. */
function expectVerdict({ status, document, stdout }: Calibrated): void {
  expect(status).toBe(document.trustworthy ? 0 : 112);
  expect(stdout).toContain(document.trustworthy ? 'ADVICE' : 'UNRELIABLE');
}

test('calibrates floor and knee against its own server', async () => {
  const calibrated = await calibrate();
  expectVerdict(calibrated);
  const { document, stdout, stderr } = calibrated;
  expect(document).toMatchObject({ kind: 'loadbot_calibration', schema_version: 1, target: null, threads: 1 });
  const { floor, fastest, knee, steps } = document;
  expect(floor.service_time.count).toBeGreaterThan(0);
  expect(floor.service_time.count).toBeLessThanOrEqual(160); // twice 400/s for 0.2 s
  const { p50, p99 } = floor.service_time.percentiles_seconds;
  expect(p50).toBeGreaterThan(0);
  expect(p50).toBeLessThan(0.05);
  expect(p99).toBeGreaterThanOrEqual(p50 ?? NaN);
  expect(fastest.rate).toBeGreaterThan(0);
  expect(fastest.cpu_seconds).toBeGreaterThan(0);
  expect(steps.length).toBeGreaterThanOrEqual(5);
  if (knee !== null) {
    expect(knee.rate).toBeGreaterThan(0);
    expect(knee.rate).toBeLessThanOrEqual(fastest.rate);
    expect(steps).toContainEqual(expect.objectContaining({ rate: knee.rate, holds: true }));
  }
  expect(stdout).toContain('a null server on loopback');
  expect(stderr).toMatch(/^floor, 400\.0\/s: service time p50 /);
});

test('includes the latency of a target in its floor', async () => {
  const target = await KnownTarget.start('--latency', '5ms');
  await fetch(`${target.url}/users`, { method: 'POST', body: '{"_id": "1", "name": "x"}' });
  const calibrated = await calibrate('--connections', '10', `${target.url}/users?name=x`);
  const arrivals = await target.stop();
  expectVerdict(calibrated);
  const { document, stdout } = calibrated;
  expect(document.target).toBe(`${target.url}/users`);
  expect(document.floor.service_time.percentiles_seconds.p50).toBeGreaterThanOrEqual(0.005);
  // 10 connections of 5 ms each.
  expect(document.fastest.rate).toBeLessThanOrEqual(2000);
  expect(document.connections).toBe(10);
  expect(arrivals.slice(1).every(({ method }) => method === 'GET')).toBe(true);
  expect(stdout).toContain('including the target');
});

test('refuses targets that it cannot calibrate against, with the reason', async () => {
  const refused = await loadbot(['calibrate', '--duration', '2s', 'http://127.0.0.1:9']);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain('cannot calibrate: 100% of the requests to the target failed (refused: ');
  expect(refused.stdout).toBe('');
});

test('reports all invalid flags at once', async () => {
  const flags = ['--duration', '1s', '--threads', '0', '--connections', 'many'];
  const { status, stderr } = await loadbot(['calibrate', 'ftp://host', ...flags]);
  expect(status).toBe(104);
  expect(stderr).toContain('target         `ftp:` is not a supported scheme');
  expect(stderr).toContain('--duration     must be a duration of 2s or more, not "1s"');
  expect(stderr).toContain('--threads      must be a whole number from 1 to 64, not "0"');
  expect(stderr).toContain('--connections  must be a whole number from 1 to 10000, not "many"');
});

test('ends on a signal without incomplete results', async () => {
  const agent = new Agent(['calibrate', '--json', '-']);
  await agent.sees(/floor, /);
  agent.child.kill('SIGINT');
  const { status, stdout, stderr } = await agent.ended;
  expect(status).toBe(105);
  expect(stdout).toBe('');
  expect(stderr).toContain('stopped before there was a result');
});

test('stores the floor of the machine in the result', async () => {
  const { status, result, stdout } = await runWorkload({
    connection_string: 'embedded:',
    jobs: [{ type: 'write', collection: 'users', operations: 50 }],
  });
  expect(status).toBe(0);
  expect(stdout).not.toBe('');
  expect(result.floor).toMatchObject({ samples: 200 });
  expect(result.floor?.p50_seconds).toBeGreaterThan(0);
  expect(result.floor?.p50_seconds).toBeLessThan(0.05);
});
