import { expect, test } from 'vitest';
import { line, problemsOf } from '../../loading.ts';
import { planJob } from '../../planning.ts';

test('streams are 1 by default, and those of the workload or the job', async () => {
  expect((await planJob({ http: { version: 2 } })).http.streams).toBe(1);
  const job = await planJob(
    { http: { streams: 5 } },
    { connection_string: 'http://h', http: { version: 2, streams: 9 } },
  );
  expect(job.http.streams).toBe(5);
});

test.each([
  [
    '"http": { "streams": 2 }',
    '`streams` needs HTTP/2: a connection of HTTP/1.1 has one request at a time (set `version` to 2, or leave `streams` out)',
  ],
  [
    '"reconnect": 5, "http": { "version": 2, "streams": 2 }',
    '`streams` and `reconnect` exclude each other: a shared connection is not closed for one request (leave one of the two out)',
  ],
])('refuses %s', async (fields, message) => {
  const job = `{ "type": "write", "collection": "c", "operations": 1, ${fields} }`;
  const problems = await problemsOf(`{ "connection_string": "http://h",\n"jobs": [${job}] }`);
  expect(problems.map(line)).toEqual([
    `load.jsonc:2:${job.indexOf('"streams"') + 10} jobs[0].http.streams: ${message}`,
  ]);
});
