import { expect, test } from 'vitest';
import { problemsOf, line } from '../loading.ts';
import { plan } from '../planning.ts';

const read = { type: 'read', http: { path: '/' } };
const ramp = [
  { duration: '30s', users: 50 },
  { duration: '10s', users: 0 },
];

async function lines(...jobs: readonly object[]): Promise<string[]> {
  const workload = { connection_string: 'http://127.0.0.1:8080', jobs };
  return (await problemsOf(JSON.stringify(workload))).map((problem) => line(problem).replace(/^load\.jsonc:\S+ /, ''));
}

test('a ramp determines the connections and the duration of its job', async () => {
  const { jobs } = await plan({ connection_string: 'http://h', jobs: [{ ...read, users: ramp, operations: 1000 }] });
  expect(jobs).toMatchObject([
    {
      connections: 50,
      durationMs: 40_000,
      operations: 1000,
      users: [
        { durationMs: 30_000, fromUsers: 0, toUsers: 50 },
        { durationMs: 10_000, fromUsers: 50, toUsers: 0 },
      ],
    },
  ]);
});

test('operations per user determine the operations of the job', async () => {
  const job = { ...read, connections: 6, operations_per_user: 7 };
  const { jobs } = await plan({ connection_string: 'http://h', jobs: [job] });
  expect(jobs).toMatchObject([{ connections: 6, operations: 42, operationsPerUser: 7 }]);
});

test.each([
  [{ users: [] }, 'jobs[0].users: must hold at least one stage'],
  [{ users: [{ duration: '1s', users: 0 }] }, 'jobs[0].users: all stages have 0 users: no requests would be sent'],
  [{ users: [{ duration: '1s' }] }, 'jobs[0].users[0].users: `users` is missing'],
  [{ users: ramp, pace: 5 }, 'jobs[0].pace: `pace` and `users` are both given'],
  [{ users: ramp, stages: [{ duration: '1s', pace: 5 }] }, 'jobs[0].stages: `stages` and `users` are both given'],
  [{ users: ramp, connections: 60 }, 'jobs[0].connections: there are 60, but at most 50 `users`'],
  [{ operations_per_user: 0 }, 'jobs[0].operations_per_user: must be a whole number from 1 to 1000000000; it is 0'],
  [
    { operations_per_user: 5, operations: 5 },
    'jobs[0].operations: `operations` and `operations_per_user` are both given',
  ],
  [{ operations_per_user: 5, warm_up: '1s' }, 'jobs[0].warm_up: `warm_up` and `operations_per_user` are both given'],
  [{ start_after: '1s' }, 'jobs[0].start_after: `start_after` has no effect outside of a `parallel` group'],
])('%j', async (fields, problem) => {
  expect((await lines({ ...read, ...fields })).join('\n')).toContain(problem);
});

test('`connections` may repeat the highest number of users, and a job of a group may start later', async () => {
  expect(await lines({ ...read, users: ramp, connections: 50 })).toEqual([]);
  expect(await lines({ parallel: [{ ...read, duration: '1s', start_after: '1s' }] })).toEqual([]);
});
