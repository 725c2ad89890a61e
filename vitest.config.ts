import { defineConfig } from 'vitest/config';

/** Files that measure time, or what a process takes: the machine's cores are theirs alone. */
const MEASURING = [
  ...['accuracy', 'ending', 'impact', 'memory', 'run', 'signals', 'validity'].map((name) => `test/e2e/${name}.test.ts`),
  'test/services/dashboards.test.ts',
];

const ENDING = process.env['LOADBOT_ENDING'] === 'all';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Most tests talk to real servers in real time: what is wrong fails twice, what a busy machine delayed does not.
    retry: 1,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/{unit,contract,services,e2e}/**/*.test.ts'],
          exclude: MEASURING,
          // They wait for servers more than they compute.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          // `npm run test:ending` runs the table of ends, which takes minutes.
          include: MEASURING.filter((file) => ENDING || !file.includes('ending')),
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
