import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';
import { NotTestedReporter } from './test/not-tested.ts';
import { OWN_PROCESS } from './test/own-process.ts';
import { RetriedReporter } from './test/retried.ts';
import { WATCHED_FORKS } from './test/watched-fork.ts';

const e2e = (...names: readonly string[]): string[] => names.map((name) => `test/e2e/${name}.test.ts`);

/** Measurements that need all processors: they run one after the other, beside nothing else. */
const ALONE = [
  ...e2e('accuracy', 'backup-impact', 'ending', 'impact', 'validity'),
  'test/services/fleet/percentiles.test.ts',
  'test/services/fleet/sizes.test.ts',
  'test/services/grpc-delay.test.ts',
  'test/services/websocket-delay.test.ts',
  'test/services/queue-delay.test.ts',
];

/** Measurements of time that need little of a processor and allow for the delays of the machine: two at a time. */
const MEASURED = [
  ...e2e('phases', 'response-times', 'scenario-phases', 'search', 'signals'),
  'test/services/dashboards.test.ts',
];

/** Runs on many agents, each a process that mostly waits: they disturb the files of others. */
const FLEETS = 'test/services/fleet/**/*.test.ts';

/** Long runs, and tests with real servers: `npm test` leaves them out on every machine. */
const SLOW = [
  'test/{services,scenarios}/**/*.test.ts',
  'test/unit/agent/memory-of-run.test.ts',
  'test/unit/hostile-text.test.ts',
  'test/unit/reports/damaged-results.test.ts',
  ...e2e(
    'additional-metrics',
    'calibrate',
    'chaos',
    'coming-from-loadbot',
    'compare',
    'composition',
    'deployments',
    'documented-memory',
    'drivers',
    'failures',
    'feeders',
    'functions',
    'gates',
    'generate-config',
    'grafana',
    'hostile-workloads',
    'html-jobs',
    'html-report',
    'http-bodies',
  ),
  ...e2e(
    'import',
    'import-artillery',
    'library-output',
    'live-page',
    'live-page-charts',
    'live-page-day',
    'live-page-runs',
    'live-page-themes',
    'memory',
    'named-operations',
    'parameters',
    'past-runs',
    'received-workloads',
    'reconnect',
    'refusals',
    'requests-from',
    'scenario-reports',
    'secrets',
    'sre-day',
    'start-agent',
    'steering',
    'streams',
    'thresholds',
    'tutorial',
    'url-run',
    'users',
    'watch-config',
  ),
];

const HANG_MS = 300_000;

/** `npm run test:ending` runs the table of ends, which takes minutes. */
const isEnding = process.env['LOADBOT_ENDING'] === 'all';

export default defineConfig({
  test: {
    pool: WATCHED_FORKS,
    setupFiles: ['test/blocked-thread/setup.ts', 'test/e2e/setup.ts'],
    // Bounds for hangs, not measurements: on a busy machine everything takes its time.
    testTimeout: HANG_MS,
    hookTimeout: HANG_MS,
    expect: { poll: { timeout: HANG_MS / 5 } },
    // Most tests wait for other processes in real time: a fault fails twice, a delay of a busy machine does not.
    retry: 1,
    // Agents of tests keep their past runs in memory, not in the folder of the user who runs the tests.
    env: { LOADBOT_STATE: 'none' },
    reporters: ['default', new RetriedReporter(), new NotTestedReporter()],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/{unit,contract,e2e}/**/*.test.ts'],
          exclude: [...OWN_PROCESS, ...ALONE, ...MEASURED, ...SLOW],
          // To load the modules takes longer than most of these files: a worker keeps them for its next file.
          isolate: false,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'isolated',
          include: OWN_PROCESS,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: SLOW,
          exclude: [...MEASURED, ...ALONE, FLEETS],
          isolate: false,
          // They wait more than they compute: three leave a fourth of two processors unused.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'fleets',
          include: [FLEETS],
          exclude: ALONE,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'measured',
          include: MEASURED,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ALONE.filter((file) => isEnding || !file.includes('ending')),
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
