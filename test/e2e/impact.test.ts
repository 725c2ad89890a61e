import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { formatCount } from '../../src/shared/units.ts';
import { startDatabasus } from '../emulators/databasus.ts';
import { startDragonflyClient } from '../emulators/dragonfly-client.ts';
import { startDragonflyManager } from '../emulators/dragonfly-manager.ts';
import { startDragonflyScheduler } from '../emulators/dragonfly-scheduler.ts';
import type { Endpoint } from '../emulators/emulated-system.ts';
import { startMoco } from '../emulators/moco.ts';
import { runWorkload, scratchFile } from './agent.ts';
import { prioritizeProcesses } from './cpu-priority.ts';
import { percentileOf } from './known-target.ts';
import { disturbanceMs, startLatenessProbe } from './lateness.ts';
import { startSlowStore } from './slow-store.ts';
import { EXISTING_DOCUMENTS } from '../existing-documents.ts';

// Does the work of the system affect its users? Each documented system, emulated, works twice while a store is read that is slow
// exactly while the system reports work; its second piece of work fails where it can.
//
// The state between two readings is unknown, so slow requests there are counted on the wrong side: as many requests as
// are sent in that time, here one in twenty, which would be the whole p99. That blur is what phases.test.ts is about. Here the system
// begins and ends at the very moment at which it is read: the remaining error is the time until that response has been read, in
// which no request or two are sent, and the percentiles have to be those of the store's own log.

const CALM_MS = 100;
const SLOW_MS = 300;
const PACE = 400;
const WARM_UP_MS = 1000;
const RUN_MS = 6000;
/** The system begins and ends when it is read, so a long interval costs nothing, and its readings do not time out. */
const INTERVAL_MS = 250;
/** Begin and end of each piece of work, since the first request. */
const WORK_MS = [
  [2000, 3500],
  [5000, 6500],
] as const;
const EDGES = 2 * WORK_MS.length;
/** The time in which the answer at an edge is read. */
const EDGE_MS = 7.5;
/** CALM_MS as text; a timer of Node may end up to a millisecond early. */
const CALM_TEXT = '(?:99\\.\\d|1\\d\\d)ms';
/** Tolerance of a percentile. */
const SHARE = 0.02;

interface EmulatedWork {
  /** Metrics to read, by profile; the readings of the first one are the start and the end of work. */
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  readonly begin: () => void;
  /** @param index of the piece of work */
  readonly end: (index: number) => void;
}

interface System {
  /** The profile's own phase that the work is. */
  readonly phase: string;
  /** All that its profiles bring. */
  readonly phases: readonly string[];
  /** Its metric of failures, if work can fail, and of completed work. */
  readonly failures?: string;
  readonly start: () => Promise<EmulatedWork>;
}

const SYSTEMS: Readonly<Record<string, System>> = {
  'a MOCO agent that dumps': {
    phase: 'dump_backup',
    phases: ['dump_backup', 'binlog_backup', 'clone'],
    failures: 'moco_agent_dump_backup_failure_count',
    async start() {
      const moco = await startMoco();
      return {
        endpoints: { moco },
        begin: () => moco.begin('dump_backup'),
        end: (index) => (index === 0 ? moco.end('dump_backup', 1.5) : moco.fail('dump_backup', 'upload')),
      };
    },
  },
  'a MOCO agent that clones': {
    phase: 'clone',
    phases: ['dump_backup', 'binlog_backup', 'clone'],
    failures: 'moco_agent_clone_failure_count',
    async start() {
      const moco = await startMoco();
      return {
        endpoints: { moco },
        begin: () => moco.begin('clone'),
        end: (index) => (index === 0 ? moco.end('clone', 1.5) : moco.fail('clone')),
      };
    },
  },
  'a Databasus that backs up': {
    phase: 'backup',
    phases: ['backup'],
    failures: 'databasus_backups_total',
    async start() {
      const databasus = await startDatabasus();
      return {
        endpoints: { databasus },
        begin: () => databasus.begin(),
        end: (index) => databasus.end(index === 0 ? 'completed' : 'failed', 1.5),
      };
    },
  },
  'a Dragonfly client that downloads': {
    phase: 'download',
    phases: ['download', 'upload', 'upload_piece'],
    failures: 'dragonfly_client_download_task_failure_total',
    async start() {
      const client = await startDragonflyClient();
      return {
        endpoints: { 'dragonfly-client': client },
        begin: () => client.beginDownload(),
        end: (index) => (index === 0 ? client.endDownload(1500, 1e6) : client.failDownload()),
      };
    },
  },
  'a Dragonfly scheduler that schedules, and its manager': {
    phase: 'scheduling',
    phases: ['scheduling'],
    async start() {
      const scheduler = await startDragonflyScheduler();
      const manager = await startDragonflyManager();
      return {
        endpoints: { 'dragonfly-scheduler': scheduler, 'dragonfly-manager': manager },
        begin() {
          manager.createJob(true);
          scheduler.beginSchedule();
        },
        end: () => scheduler.endSchedule(1500),
      };
    },
  },
};

prioritizeProcesses();

/** Lets the system work at its times, beginning and ending when it is read. */
async function startWork(start: System['start'], elapsedMs: () => number) {
  const { endpoints, begin, end } = await start();
  onTestFinished(async () => {
    await Promise.all(Object.values(endpoints).map((endpoint) => endpoint.stop()));
  });
  let working: number | undefined;
  Object.values(endpoints)[0]?.onRead(() => {
    const atMs = elapsedMs();
    const due = WORK_MS.findIndex(([from, to]) => atMs >= from && atMs < to);
    if (working === undefined && due >= 0) {
      working = due;
      begin();
    } else if (working !== undefined && due < 0) {
      end(working);
      working = undefined;
    }
  });
  return { endpoints, isWorking: () => working !== undefined };
}

describe('the latency of a concurrent store', () => {
  test.each(Object.keys(SYSTEMS))('%s', { retry: 4 }, async (name) => {
    const { phase: phaseName, phases, failures, start } = SYSTEMS[name]!; // name is one of its keys
    let isWorking = (): boolean => false;
    const store = await startSlowStore({ calmMs: CALM_MS, slowMs: SLOW_MS, isSlow: () => isWorking() });
    const work = await startWork(start, () => store.elapsedMs());
    isWorking = work.isWorking;
    const [html, markdown] = [scratchFile('html'), scratchFile('md')];

    const probe = await startLatenessProbe();
    const { status, stdout, result } = await runWorkload(
      {
        connection_string: store.url,
        sources: Object.entries(work.endpoints).map(([profile, { url }]) => ({
          name: profile,
          url,
          profile,
          interval: `${INTERVAL_MS}ms`,
          timeout: `${INTERVAL_MS - 10}ms`,
        })),
        schemas: [EXISTING_DOCUMENTS],
        jobs: [
          {
            name: 'reads',
            type: 'read',
            collection: 'c',
            connections: 160,
            pace: PACE,
            warm_up: `${WARM_UP_MS}ms`,
            duration: `${RUN_MS}ms`,
          },
        ],
      },
      ['--report', `html=${html},markdown=${markdown}`],
    );
    const lateness = await probe.stop();
    expect(status).toBe(0);

    // The phases are the profiles' own, and only one of them was ever in force.
    const [job] = result.jobs;
    expect(job?.phases.map(({ name }) => name)).toEqual(phases);
    expect(result.phases.map(({ name, spans }) => [name, spans.length])).toEqual(
      phases.map((name) => [name, name === phaseName ? WORK_MS.length : 0]),
    );
    const phase = job?.phases.find(({ name }) => name === phaseName);
    if (phase === undefined) throw new Error('it was just seen');
    const { inside, outside, difference } = phase;
    const requests = (PACE * RUN_MS) / 1000;

    // How many: all of them, each on one side; within the resolution, as the store had them; and as in the spans.
    expect([job?.ok, inside.requests + outside.requests, inside.latency.count]).toEqual([
      requests,
      requests,
      inside.requests,
    ]);
    const measured = store.arrivals.toSorted((a, b) => a.atEpochMs - b.atEpochMs).slice((-PACE * RUN_MS) / 1000);
    const slow = measured.filter(({ wasSlow }) => wasSlow);
    const calm = measured.filter(({ wasSlow }) => !wasSlow);
    expect(slow.length).toBeGreaterThan(requests * 0.4);
    const document = result.phases.find(({ name }) => name === phaseName);
    const resolutionMs = (document?.resolution_seconds ?? NaN) * 1000;
    expect(resolutionMs).toBe(INTERVAL_MS);
    expect(Math.abs(inside.requests - slow.length)).toBeLessThanOrEqual((EDGES * resolutionMs * PACE) / 1000);
    const startedMs = Date.parse(result.started_at);
    const withinSpans = measured.filter(({ atEpochMs }) =>
      document?.spans.some(([from, to]) => atEpochMs >= startedMs + from * 1000 && atEpochMs < startedMs + to * 1000),
    );
    const blurMs = EDGE_MS + lateness.maxMs;
    expect(Math.abs(inside.requests - withinSpans.length)).toBeLessThanOrEqual((EDGES * blurMs * PACE) / 1000);

    // A stall of the load thread for 30 ms delays a hundredth of the requests: it is in the longest lag.
    const stallMs = (percent: number): number => (percent === 99 ? (job?.schedule_lag?.max_seconds ?? 0) * 1000 : 0);

    const timeOf = (side: typeof measured, percent: number): number =>
      percentileOf(
        side.map(({ tookMs }) => tookMs),
        percent,
      );

    // How long: by the store's own log, at the median and at the 99th percentile.
    for (const [side, truth, knownMs] of [
      [inside, slow, SLOW_MS],
      [outside, calm, CALM_MS],
    ] as const) {
      for (const percent of [50, 99] as const) {
        const trueMs = timeOf(truth, percent);
        const seenMs = (side.latency.percentiles_seconds[`p${percent}`] ?? NaN) * 1000;
        const message = `p${percent} with ${knownMs} ms: ${seenMs} ms seen, ${trueMs} ms true`;
        expect(trueMs, message).toBeGreaterThanOrEqual(knownMs - 1);
        const allowedMs = trueMs * SHARE + disturbanceMs(lateness, percent) + stallMs(percent);
        expect(Math.abs(seenMs - trueMs), message).toBeLessThan(allowedMs);
      }
    }
    for (const percentile of ['p50', 'p90', 'p95', 'p99']) {
      expect(difference[percentile]).toMatchObject({ is_more_than_noise: true });
      const { seconds, low_seconds: low, high_seconds: high } = difference[percentile]!; // it is an object
      const percent = Number(percentile.slice(1));
      const allowedMs = SLOW_MS * SHARE * 2 + disturbanceMs(lateness, percent) + stallMs(percent);
      expect(
        Math.abs((seconds ?? NaN) * 1000 - (timeOf(slow, percent) - timeOf(calm, percent))),
        percentile,
      ).toBeLessThan(allowedMs);
      expect([low! <= seconds!, seconds! <= high!]).toEqual([true, true]); // numbers: it is more than noise
    }

    // The text for users: in the summary, in Markdown and in the page.
    const count = formatCount(inside.requests);
    const gain = '\\+\\d{3}ms';
    const [, outsideLine = '', differenceLine = ''] = stdout
      .split(new RegExp(`\n(?= *in ${phaseName} .*ms)`))[1]!
      .split('\n'); // the summary has the line, or fails here
    expect(stdout).toMatch(new RegExp(`in ${phaseName} +${count} +\\d\\d\\.\\d\\d% +0 errors among them\n`));
    expect(outsideLine).toMatch(new RegExp(`^ +otherwise( +${CALM_TEXT}){4} `));
    expect(differenceLine).toMatch(new RegExp(`^ +difference( +${gain}){4} `));
    const compared = `\\d{3}ms \\| ${CALM_TEXT} \\| ${gain}`;
    expect(readFileSync(markdown, 'utf8').replaceAll('\\_', '_')).toMatch(
      new RegExp(`\\| ${phaseName} \\| ${count} \\| 0% \\| ${compared} \\| ${compared} \\|`),
    );
    const [row] = new RegExp(`<tr><t.[^>]*>${phaseName}<.*`).exec(readFileSync(html, 'utf8')) ?? [];
    const pattern = new RegExp(`<strong title="95 % confidence: [^"]+">[^/]*${gain}<`, 'g');
    expect(row?.match(pattern), row).toHaveLength(2);

    // The system's own numbers are beside them: the second piece of work failed.
    if (failures !== undefined) {
      const rose = result.sources[0]?.series.filter(
        ({ name, points }) => name === failures && points.at(-1)?.[1] === 1,
      );
      expect(rose?.length).toBeGreaterThan(0);
      for (const { points } of rose ?? []) expect(points[0]?.[1]).toBe(0);
    }
  });
});
