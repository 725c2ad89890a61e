import { expect, test } from 'vitest';
import { line, problemsOf } from '../loading.ts';
import { planJob } from '../planning.ts';

test.each([
  ['request', { kind: 'requests', requests: 1 }],
  [20, { kind: 'requests', requests: 20 }],
  ['1m30s', { kind: 'age', ms: 90_000 }],
  [undefined, undefined],
])('plans reconnect %s', async (reconnect, expected) => {
  expect((await planJob({ reconnect })).reconnect).toEqual(expected);
});

const FORMS = 'must be "request", "iteration", a number of requests from 1, or a duration above 0 such as "30s"';

test.each([
  ['0', `jobs[0].reconnect: ${FORMS}; it is 0`],
  ['"0s"', `jobs[0].reconnect: ${FORMS}; it is "0s"`],
  ['"often"', `jobs[0].reconnect: ${FORMS}; it is "often"`],
  [
    '"iteration"',
    'jobs[0].reconnect: "iteration" is for jobs of type scenario, which have iterations (write "request")',
  ],
])('refuses reconnect %s', async (reconnect, expected) => {
  const job = `{ "type": "write", "collection": "c", "operations": 1, "reconnect": ${reconnect} }`;
  const problems = await problemsOf(`{ "connection_string": "http://h", "jobs": [\n${job}] }`);
  expect(problems.map(line)).toEqual([`load.jsonc:2:${job.indexOf(reconnect, 60) + 1} ${expected}`]);
});
