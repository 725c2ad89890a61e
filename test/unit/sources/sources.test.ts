import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import type { SourceCondition } from '../../../src/conditions/condition.ts';
import { parseCondition } from '../../../src/conditions/parse.ts';
import type { SourcePlan } from '../../../src/plan/source-plan.ts';
import { formatText } from '../../../src/metrics/text.ts';
import type { ConditionChange } from '../../../src/sources/conditions/watch.ts';
import { openSources, type Sources } from '../../../src/sources/sources.ts';
import { startMisbehaving } from '../../emulators/misbehaving-endpoint.ts';
import { type MocoEmulator, startMoco } from '../../emulators/moco.ts';
import { parseExposition, sampleOf } from '../../exposition-parser.ts';
import { httpOrigin, sourcePlan } from './source-plan.ts';

const clock = systemClock();
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

function open(...plans: readonly SourcePlan[]): { sources: Sources; warnings: string[]; debugs: string[] } {
  const warnings: string[] = [];
  const debugs: string[] = [];
  const sources = openSources(plans, {
    clock,
    warn: (message) => warnings.push(message),
    debug: (message) => debugs.push(message),
  });
  stops.push(() => sources.stop());
  return { sources, warnings, debugs };
}

async function emulateMoco(): Promise<MocoEmulator> {
  const emulator = await startMoco();
  stops.push(() => emulator.stop());
  return emulator;
}

async function misbehave() {
  const endpoint = await startMisbehaving();
  stops.push(() => endpoint.stop());
  return endpoint;
}

function condition(text: string): SourceCondition {
  const parsed = parseCondition(text);
  if ('fault' in parsed) throw new Error(parsed.fault.message);
  return parsed.condition;
}

function metrics(sources: Sources): (name: string, labels?: Record<string, string>) => number {
  const families = parseExposition(formatText({ epochMs: 0, families: sources.families() }, { timestamps: false }));
  return (name, labels = { source: 'db' }) => sampleOf(families, `loadbot_source_${name}`, labels);
}

/** Waits until it is so, at most 10 s. */
async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 1000) throw new Error('it never was so');
    await sleep(10);
  }
}

describe('the metrics about a source', () => {
  it('are all exposed at 0 before the first reading', async () => {
    const { url } = await misbehave();
    const { sources } = open(sourcePlan(url), sourcePlan(url, { name: 'web' }));
    const value = metrics(sources);
    for (const status of ['success', 'timeout', 'refused', 'reset', 'dns', 'tls', 'http_4xx', 'http_5xx', 'parse']) {
      expect(value('status', { source: 'web', status })).toBe(0);
    }
    const names = sources.families().map(({ name }) => name.replace('loadbot_source_', ''));
    expect(names).toEqual([
      'status',
      'status_code',
      'calls_total',
      'fetch_seconds_total',
      'parse_seconds_total',
      'bytes_total',
      'last_success_timestamp_seconds',
      'bad_lines_total',
      'dropped_samples_total',
      'series',
    ]);
    for (const name of names.slice(1)) expect(value(name)).toBe(0);
    expect(openSources([], { clock, warn: () => {} }).families()).toEqual([]);
  });

  it('describe the last attempt, and reading them refreshes nothing', async () => {
    const endpoint = await misbehave();
    const { sources, warnings, debugs } = open(sourcePlan(endpoint.url, { intervalMs: 100 }));
    const beforeSeconds = Date.now() / 1000;
    await sources.start();
    const first = metrics(sources);
    expect(first('status', { source: 'db', status: 'success' })).toBe(1);
    expect([first('status_code'), first('calls_total'), first('series')]).toEqual([200, 1, 2]);
    expect(first('last_success_timestamp_seconds')).toBeGreaterThanOrEqual(Math.floor(beforeSeconds));
    expect(first('fetch_seconds_total')).toBeGreaterThan(0);
    expect(first('parse_seconds_total')).toBeGreaterThan(0);
    const again = metrics(sources);
    expect(again('calls_total')).toBeGreaterThanOrEqual(1);

    endpoint.conduct = { status: 503 };
    await until(() => metrics(sources)('status_code') === 503);
    const failed = metrics(sources);
    expect(failed('status', { source: 'db', status: 'success' })).toBe(0);
    expect(failed('status', { source: 'db', status: 'http_5xx' })).toBe(1);
    expect(failed('series')).toBe(0);

    endpoint.conduct = { status: 200, body: 'a 1\nbad\nworse {\nb 2\n' };
    await until(() => metrics(sources)('bad_lines_total') > 0);
    expect(metrics(sources)('series')).toBe(2);
    await sources.stop();
    const last = metrics(sources);
    await sleep(150);
    expect(metrics(sources)('calls_total')).toBe(last('calls_total'));
    expect(last('bad_lines_total') % 2).toBe(0);

    expect(warnings).toEqual([
      'cannot read source db: status 503; retrying',
      'source db has recovered',
      'source db has 2 bad lines, skipped: line 2, "bad": it has no value; line 3, "worse {": its labels are unterminated',
    ]);
    expect(debugs).toHaveLength(last('calls_total'));
    expect(debugs[0]).toMatch(/^source db: success \(200\), 2 series, 70 B, fetched in .+, parsed in .+$/);
    expect(debugs.find((line) => line.includes('http_5xx'))).toMatch(/^source db: http_5xx \(503\), status 503, /);
  });

  it('count attempts at the interval, regardless of their duration', async () => {
    const endpoint = await misbehave();
    endpoint.conduct = 'hang';
    const plan = sourcePlan(endpoint.url, { intervalMs: 100, timeoutMs: 95 });
    const { sources } = open(plan, {
      ...plan,
      name: 'web',
      timeoutMs: 60_000,
      origin: httpOrigin((await emulateMoco()).url),
    });
    const startedMs = clock.nowMs();
    await sources.start();
    await until(() => metrics(sources)('calls_total') >= 5);
    // No more than one for each interval, nor does the other source wait.
    expect(metrics(sources)('calls_total')).toBeLessThanOrEqual((clock.nowMs() - startedMs) / 100 + 1);
    expect(metrics(sources)('status', { source: 'web', status: 'success' })).toBe(1);
  });
});

describe('watching', () => {
  it('detects the start and the end of a backup, each within two readings', async () => {
    const moco = await emulateMoco();
    const { sources } = open(sourcePlan(moco.url, { profile: 'moco', intervalMs: 100 }));
    const phase = sources.phases.find(({ name }) => name === 'dump_backup');
    expect(sources.phases.map(({ name, source }) => [name, source])).toEqual([
      ['dump_backup', 'db'],
      ['binlog_backup', 'db'],
      ['clone', 'db'],
    ]);
    const changes: ConditionChange[] = [];
    const watch = sources.watch(phase!.condition, (change) => changes.push(change)); // it has just been found
    expect(watch.verdict().holds).toBeUndefined();
    await sources.start();
    expect(changes).toMatchObject([{ holds: false, afterMs: -Infinity }]);
    await until(() => moco.requests.length >= 2);

    const begunMs = clock.nowMs();
    moco.begin('dump_backup');
    await until(() => changes.length === 2);
    moco.end('dump_backup', 12);
    const endedMs = clock.nowMs();
    await until(() => changes.length === 3);
    const [, begun, ended] = changes;
    expect(begun).toMatchObject({
      holds: true,
      because: 'moco_agent_dump_backup_in_progress{cluster_name="orders"} is 1',
    });
    expect(begun?.afterMs).toBeLessThanOrEqual(begunMs);
    expect(begun?.byMs).toBeGreaterThanOrEqual(begunMs);
    expect(ended).toMatchObject({ holds: false });
    expect(ended?.afterMs).toBeLessThanOrEqual(endedMs);
    expect(ended?.byMs).toBeGreaterThanOrEqual(endedMs);

    watch.close();
    moco.begin('dump_backup');
    const { length } = moco.requests;
    await until(() => moco.requests.length > length + 1);
    expect(changes).toHaveLength(3);
  });

  it('detects new failures, and treats an unreachable source as unknown', async () => {
    const moco = await emulateMoco();
    const { sources } = open(sourcePlan(moco.url, { intervalMs: 100 }));
    const changes: (boolean | undefined)[] = [];
    const failed = sources.watch(condition('increase(moco_agent_dump_backup_failure_count[run]) > 0'));
    sources.watch(condition('moco_agent_clone_in_progress == 0'), ({ holds }) => changes.push(holds));
    await sources.start();
    expect(failed.verdict().holds).toBe(false);
    moco.begin('dump_backup');
    moco.fail('dump_backup', 'dump');
    await until(() => failed.verdict().holds === true);
    expect(failed.verdict().because).toBe(
      'the increase of moco_agent_dump_backup_failure_count{cluster_name="orders",action="dump"} is 1',
    );
    expect(changes).toEqual([true]);
    await moco.stop();
    stops.splice(stops.length - 2, 1); // it has been stopped
    await until(() => changes.length === 2);
    expect(changes).toEqual([true, undefined]);
    expect(sources.current({ kind: 'selector', name: 'moco_agent_clone_count', matchers: [] })).toEqual([]);
  });
});

describe('the result', () => {
  it('has values over time, highlighted families of the profile first', async () => {
    const moco = await emulateMoco();
    const origin = httpOrigin(moco.url.replace('/metrics', '/metrics?token=sesame'));
    const plan = sourcePlan(moco.url, { profile: 'moco', match: ['moco_agent_*backup*'] });
    const { sources } = open(plan, { ...plan, name: 'lost', origin });
    const startedMs = clock.nowMs();
    await sources.start();
    expect(sources.current({ kind: 'selector', name: 'moco_agent_dump_backup_count', matchers: [] })).toMatchObject([
      { series: { labels: { cluster_name: 'orders' } }, value: 0 },
    ]);
    moco.begin('dump_backup');
    moco.end('dump_backup', 3);
    await sources.stop();
    const [document, lost] = sources.toDocument(startedMs);
    expect(document).toMatchObject({
      name: 'db',
      url: moco.url,
      profile: 'moco',
      interval_seconds: 3600,
      calls: 2,
      failures: 0,
      bad_lines: 0,
    });
    expect(lost).toMatchObject({ name: 'lost', url: moco.url, calls: 2, failures: 2, series: [] });
    const counted = document?.series.find(({ name }) => name === 'moco_agent_dump_backup_count');
    expect(counted?.labels).toEqual({ cluster_name: 'orders' });
    expect(counted?.points.map(([, value]) => value)).toEqual([0, 1]);
    for (const [seconds] of counted?.points ?? []) {
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect(seconds).toBeLessThan(30);
    }
    expect(document?.series.every(({ name }) => name.includes('backup'))).toBe(true);
    expect(document?.series[0]?.name).not.toMatch(/duration/);
    expect(JSON.stringify([document, lost])).not.toContain('sesame');
  });
});
