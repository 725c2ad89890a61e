import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { formatText } from '../../../src/metrics/text.ts';
import { openSources } from '../../../src/sources/sources.ts';
import { type Conduct, GOOD_PAGE, startMisbehaving } from '../../emulators/misbehaving-endpoint.ts';
import { parseExposition, sampleOf } from '../../exposition-parser.ts';
import { sourcePlan } from './source-plan.ts';

const TIMEOUT_MS = 400;
const PATIENT_MS = 30_000;
const MAX_BYTES = 1_000_000;

interface Expected {
  readonly status: string;
  readonly code: number;
  /** Whether there was anything to parse. */
  readonly isParsed: boolean;
  /** Bytes taken of the document; a number of them where it is known. */
  readonly bytes: number | 'some' | 'as many as are allowed';
  readonly series?: number;
  readonly takesMs?: number;
}

const ATTEMPTS: readonly (readonly [conduct: Conduct | 'nobody', expected: Expected])[] = [
  ['good', { status: 'success', code: 200, isParsed: true, bytes: GOOD_PAGE.length, series: 2 }],
  [
    { status: 404, body: GOOD_PAGE },
    { status: 'http_4xx', code: 404, isParsed: false, bytes: 0 },
  ],
  [
    { status: 500, body: GOOD_PAGE },
    { status: 'http_5xx', code: 500, isParsed: false, bytes: 0 },
  ],
  ['hang', { status: 'timeout', code: 0, isParsed: false, bytes: 0, takesMs: TIMEOUT_MS }],
  ['nobody', { status: 'refused', code: 0, isParsed: false, bytes: 0 }],
  ['garbage', { status: 'parse', code: 200, isParsed: true, bytes: 'some' }],
  ['half', { status: 'reset', code: 200, isParsed: true, bytes: 40 }],
  ['too large', { status: 'parse', code: 200, isParsed: true, bytes: 'as many as are allowed' }],
  ['endless', { status: 'timeout', code: 200, isParsed: true, bytes: 'some', takesMs: TIMEOUT_MS }],
];

/** The URL of an endpoint that behaves so, for one test. */
async function open(conduct: Conduct | 'nobody'): Promise<string> {
  if (conduct !== 'nobody') {
    const endpoint = await startMisbehaving(conduct);
    onTestFinished(() => endpoint.stop());
    return endpoint.url;
  }
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}/metrics`;
}

test.each(ATTEMPTS)('parses the control metrics of %j', async (conduct, expected) => {
  const clock = systemClock();
  // Only an attempt that has to time out is given a short time: a busy machine may need long for the others.
  const timeoutMs = expected.takesMs ?? PATIENT_MS;
  const plan = sourcePlan(await open(conduct), { timeoutMs, maxBytes: MAX_BYTES });
  const sources = openSources([plan], { clock, warn: () => {} });
  const value = (name: string, labels: Record<string, string> = {}): number => {
    const text = formatText({ epochMs: 0, families: sources.families() }, { timestamps: false });
    return sampleOf(parseExposition(text), `loadbot_source_${name}`, { source: 'db', ...labels });
  };
  // An attempt when the sources start, and one when they stop.
  let spentSeconds = 0;
  for (const [index, attempt] of [() => sources.start(), () => sources.stop()].entries()) {
    const beforeMs = clock.nowMs();
    await attempt();
    spentSeconds += (clock.nowMs() - beforeMs) / 1000;
    const calls = index + 1;
    const { status, code, isParsed, bytes, series = 0, takesMs = 0 } = expected;
    for (const one of ['success', 'timeout', 'refused', 'reset', 'dns', 'tls', 'http_4xx', 'http_5xx', 'parse']) {
      expect([one, value('status', { status: one })]).toEqual([one, Number(one === status)]);
    }
    expect(value('status_code')).toBe(code);
    expect(value('calls_total')).toBe(calls);
    expect(value('series')).toBe(series);
    const [fetched, parsed] = [value('fetch_seconds_total'), value('parse_seconds_total')];
    // A timer of Node may be a millisecond early.
    expect(fetched + parsed).toBeGreaterThanOrEqual((calls * (takesMs - 2)) / 1000);
    expect(fetched).toBeGreaterThan(0);
    expect(fetched + parsed).toBeLessThanOrEqual(spentSeconds + 1e-6);
    expect(parsed > 0, `${parsed} s`).toBe(isParsed);
    const taken = value('bytes_total');
    if (typeof bytes === 'number') expect(taken).toBe(calls * bytes);
    if (bytes === 'some') expect(taken).toBeGreaterThan(0);
    if (bytes === 'as many as are allowed') {
      // The omitted part is less than one piece of the 100 MB.
      expect(taken).toBeGreaterThan(calls * MAX_BYTES);
      expect(taken).toBeLessThan(calls * (MAX_BYTES + 70_000));
    }
    expect(value('last_success_timestamp_seconds') > 0).toBe(status === 'success');
  }
});
