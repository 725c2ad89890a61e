import { expect, test } from 'vitest';
import { calibrate } from '../../../src/calibration/calibrate.ts';
import {
  type CalibrationDocument,
  type CalibrationSubject,
  toCalibrationDocument,
} from '../../../src/calibration/calibration-document.ts';
import { renderCalibration } from '../../../src/calibration/render-calibration.ts';
import { simulate } from './trial-builder.ts';

const subject: CalibrationSubject = {
  version: '0.1.0',
  target: undefined,
  threads: 1,
  connections: 50,
  startedEpochMs: Date.UTC(2026, 0, 2, 3, 4, 5),
  endedEpochMs: Date.UTC(2026, 0, 2, 3, 4, 25),
  machine: {
    cpuModel: 'Fast 3000',
    cpus: 4,
    cpuLimit: undefined,
    memoryBytes: 2 ** 34,
    memoryLimitBytes: undefined,
    system: 'Debian GNU/Linux 12 (bookworm)',
    kernel: 'Linux 6.1.0',
    arch: 'x64',
    node: 'v20.20.2',
  },
};

async function documentOf(knee: number, given: Partial<CalibrationSubject> = {}): Promise<CalibrationDocument> {
  const settings = { threads: 1, connections: 50, durationMs: 2000 };
  const calibration = await calibrate({ ...settings, play: simulate(60_000, knee), onProgress: () => {} });
  return toCalibrationDocument(calibration, { ...subject, ...given });
}

test('the document has the numbers, and survives JSON', async () => {
  const document = await documentOf(40_000);
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  expect(document).toMatchObject({
    kind: 'loadbot_calibration',
    schema_version: 1,
    started_at: '2026-01-02T03:04:05.000Z',
    ended_at: '2026-01-02T03:04:25.000Z',
    environment: { cpu_model: 'Fast 3000', cpus: 4, cpu_limit: null },
    target: null,
    floor: { rate: 400, connections: 4, service_time: { count: 160 }, machine_busy_share: 0.3 },
    fastest: { rate: 60_000, limited_by: 'agent', response_time: null },
    knee: { rate: 39_400, rate_per_thread: 39_400, fails_at: 41_300 },
    bound: { achieved_share: 0.99, lag_p99_seconds: 0.005 },
    trustworthy: true,
    doubts: [],
  });
  expect(document.floor.service_time.percentiles_seconds.p50).toBeCloseTo(0.0001, 6);
  expect(document.floor.response_time?.percentiles_seconds.p50).toBeCloseTo(0.0003, 6);
  expect(document.fastest.requests_per_cpu_second).toBeCloseTo(60_000);
  expect(document.knee?.requests_per_cpu_second).toBeCloseTo(78_800, -1); // half a CPU
  expect(document.steps[1]).toEqual({
    rate: 45_000,
    achieved_share: 1,
    lag_p99_seconds: expect.closeTo(0.05, 3),
    holds: false,
    reason: 'started late: p99 50.0ms',
  });
});

test('the text has the numbers and the advice', async () => {
  expect(renderCalibration(await documentOf(40_000))).toEqual([
    'machine         4 CPUs (Fast 3000), 16.0 GiB',
    'system          Linux 6.1.0 x64, Node v20.20.2, loadbot-agent 0.1.0',
    'target          a null server on loopback, in separate processes',
    'load threads    1',
    '',
    'FLOOR: 400 requests a second over 4 connections',
    '                       p50       p99     p99.9',
    '  service time       100µs     100µs         -',
    '  response time      300µs     300µs         -',
    '  schedule lag       200µs     200µs         -',
    '',
    'KNEE: the highest sustained rate, over 50 connections',
    '  at most       60,000/s unpaced, 60,000 requests per CPU-second of the agent',
    '  limited by    the load threads of this agent, which are saturated',
    '  knee          39,400/s, 78,804 requests per CPU-second of the agent',
    '  sustained     99% of it achieved, schedule lag p99 up to 5.00ms',
    '  30,000/s      sustained',
    '  37,500/s      sustained',
    '  39,400/s      sustained',
    '  41,300/s      failed: started late: p99 50.0ms',
    '  41,300/s      failed: started late: p99 50.0ms',
    '  45,000/s      failed: started late: p99 50.0ms',
    '  45,000/s      failed: started late: p99 50.0ms',
    '',
    'ADVICE',
    '- stay below 39,400 requests a second per load thread',
    '- CPUs are idle: --threads 2 may sustain higher rates',
    '- a p50 of response times below 300µs, a p99 below 300µs would measure this machine, not a target',
  ]);
});

test('latencies of a target are not attributed to this machine', async () => {
  const lines = renderCalibration(await documentOf(40_000, { target: 'http://staging:8080' }));
  expect(lines).toContain('target          http://staging:8080');
  expect(lines).toContain('FLOOR: 400 requests a second over 4 connections, including the target');
  expect(lines.join('\n')).not.toContain('would measure this machine');
});

test('warnings replace advice', async () => {
  const document = await documentOf(0);
  expect(document).toMatchObject({ knee: null, trustworthy: false });
  const lines = renderCalibration(document);
  expect(lines).toContain('  knee          no rate was sustained');
  expect(lines.slice(-3)).toEqual([
    'UNRELIABLE',
    '- 1,880/s was not sustained with a p99 schedule lag of at most 5.00ms: other processes occupy the CPUs for that long',
    '- calibrate again on an idle machine, or for longer: --duration 1m',
  ]);
});
