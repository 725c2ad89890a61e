import { defineConfig } from 'vitest/config';
import { NotTestedReporter } from './test/not-tested.ts';

const e2e = (...names: readonly string[]): string[] => names.map((name) => `test/e2e/${name}.test.ts`);

/** Measurements of time or memory: they run one after the other, beside nothing else. */
const ALONE = [
  ...e2e(
    'accuracy',
    'backup-impact',
    'documented-memory',
    'ending',
    'impact',
    'memory',
    'search',
    'signals',
    'validity',
  ),
  'test/services/dashboards.test.ts',
];

/** Long runs, and tests with real servers: `npm test` leaves them out on every machine. */
const SLOW = [
  'test/{services,scenarios}/**/*.test.ts',
  'test/unit/hostile-text.test.ts',
  ...e2e(
    'calibrate',
    'coming-from-loadbot',
    'compare',
    'composition',
    'deployments',
    'failures',
    'feeders',
    'gates',
    'grafana',
    'hostile-workloads',
  ),
  ...e2e(
    'html-jobs',
    'html-report',
    'import-artillery',
    'parameters',
    'phases',
    'reconnect',
    'refusals',
    'secrets',
    'start-agent',
  ),
];

const HANG_MS = 300_000;

/** `npm run test:ending` runs the table of ends, which takes minutes. */
const isEnding = process.env['LOADBOT_ENDING'] === 'all';

export default defineConfig({
  test: {
    // Bounds for hangs, not measurements: on a busy machine everything takes its time.
    testTimeout: HANG_MS,
    hookTimeout: HANG_MS,
    expect: { poll: { timeout: HANG_MS / 5 } },
    // Most tests wait for other processes in real time: a fault fails twice, a delay of a busy machine does not.
    retry: 1,
    reporters: ['default', new NotTestedReporter()],
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/{unit,contract,e2e}/**/*.test.ts'],
          exclude: [...ALONE, ...SLOW],
          // These tests wait more than they compute.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: SLOW,
          exclude: ALONE,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ALONE.filter((file) => isEnding || !file.includes('ending')),
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
