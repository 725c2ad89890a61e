import { expect, test } from 'vitest';
import { WORKLOAD_LIMITS } from '../../../../../src/shared/bounds.ts';
import { failureOf, line, problemsOf } from '../../loading.ts';
import { plan } from '../../planning.ts';
import { harOf, logOf, type Setting, vegetaOf } from './files.ts';

/** Problems of a job whose requests are those of a file. */
async function problemsOfFile({ text, from = {}, job = {}, workload = {} }: Setting): Promise<string[]> {
  const jobs = [{ type: 'mixed', requests_from: { file: 'a.log', ...from }, ...job }];
  const content = { connection_string: 'http://127.0.0.1:8080', jobs, ...workload };
  const error = await failureOf(plan(content, { surroundings: { readBytes: () => Buffer.from(text) } }));
  return error.problems.map((problem) => line(problem).replace(/^load\.jsonc:\d+:\d+ jobs\[0\]\.requests_from\./, ''));
}

const LOG = logOf(['/a', '/b']);
const POST = { method: 'POST', url: 'http://h/upload' };

test.each<[string, Setting, string]>([
  ['an empty file', { text: '' }, 'file: a.log is empty'],
  [
    'an unknown format',
    { text: 'hello' },
    'file: the format of a.log is not recognized (set `format`: access_log, har, vegeta, curl, postman)',
  ],
  [
    'a line that cannot be parsed',
    { text: `${LOG}\nhello` },
    'file: a.log:3 is not a line of an access log (the common and the combined log format of Apache and nginx are supported)',
  ],
  [
    'JSON that cannot be parsed',
    { text: '{ "log": { "entries": [ }', from: { format: 'har' } },
    'file: a.log:1:25 is not valid JSON',
  ],
  [
    'times that go backwards',
    { text: logOf(['/a', '/b', '/c'], [7200, 7201, 0]), from: { speed: 1 } },
    'file: a.log:3 is 2h1s earlier than a request before it (sort the file by time; parts of a log are joined from the oldest to the newest)',
  ],
  [
    'speed with a format without times',
    { text: vegetaOf([POST]), from: { speed: 1 } },
    'speed: a.log has no recorded times, which `speed` needs: it is vegeta (give `pace`)',
  ],
  [
    'speed with a HAR without times',
    { text: harOf([0]).replace('startedDateTime', 'x'), from: { speed: 1 } },
    'file: request 1 of a.log has no recorded time',
  ],
  [
    'a body that is too large',
    {
      text: vegetaOf([{ ...POST, body: 'a'.repeat(WORKLOAD_LIMITS.recordedBodyBytes + 1) }]),
    },
    'file: the body of request 1 of a.log is larger than 16.0 MiB',
  ],
  [
    'a file without requests that can be sent',
    { text: LOG.replaceAll('GET', 'POST') },
    'file: a.log has no requests to send (left out: 2 requests: POST: its body is not in a log)',
  ],
  [
    'an empty sample',
    { text: LOG, from: { sample: 1e-9 } },
    'sample: the sample holds none of the 2 requests of a.log',
  ],
  [
    'times that cannot be repeated',
    { text: harOf([5, 5]), from: { speed: 1, repeat: true } },
    'repeat: all requests of a.log have the same time',
  ],
  [
    'a variable without a value',
    { text: 'curl -H "x: $TOKEN" http://h/' },
    'file: a.log: the environment variable TOKEN is not set (set it, or write $${ for a literal ${)',
  ],
  [
    'text that is not UTF-8',
    { text: `${LOG}\0` },
    'file: a.log contains a NUL character (line 2, byte 79) (remove it)',
  ],
])('%s is one problem', async (_, setting, problem) => {
  expect(await problemsOfFile(setting)).toEqual([problem]);
});

test('more operations than requests are a problem, unless they repeat', async () => {
  const [problem, ...others] = await problemsOfFile({ text: LOG, job: { operations: 3 } });
  expect(others).toEqual([]);
  expect(problem).toContain('jobs[0].operations: is 3, and a.log has 2 requests (set `"repeat": true`');
});

test('a missing file is one problem, with those of other jobs', async () => {
  const jobs = ['a.log', 'b.log'].map((file) => ({ type: 'mixed', requests_from: { file } }));
  const { problems } = await failureOf(plan({ connection_string: 'http://127.0.0.1:1', jobs }));
  expect(problems.map(({ path, message, hint }) => [path, message, hint])).toEqual([
    ['jobs[0].requests_from.file', 'cannot read a.log: no such file', 'relative to the workload file'],
    ['jobs[1].requests_from.file', 'cannot read b.log: no such file', 'relative to the workload file'],
  ]);
});

/** Problems of a job without reading its file. */
async function loadProblems(job: object, connectionString = 'http://127.0.0.1:1'): Promise<string[]> {
  const jobs = [{ type: 'mixed', requests_from: { file: 'a.log' }, ...job }];
  const problems = await problemsOf(JSON.stringify({ connection_string: connectionString, jobs }));
  return problems.map((problem) => line(problem).replace(/^load\.jsonc:\d+:\d+ jobs\[0\]\.?/, ''));
}

const TIMED = { requests_from: { file: 'a.log', speed: 1 } };

test.each<[string, object, string]>([
  [
    'pace with speed',
    { ...TIMED, pace: 5 },
    'pace: `pace` and `requests_from.speed` are both given: each sets the times of the requests (keep one of the two)',
  ],
  [
    'arrival with speed',
    { ...TIMED, arrival: 'poisson' },
    'arrival: `arrival` and `requests_from.speed` are both given: the recording has the times of the requests (keep one of the two)',
  ],
  [
    'a warm-up with speed',
    { ...TIMED, warm_up: '1s' },
    'warm_up: `warm_up` and `requests_from.speed` are both given: the first requests of the file would be those of the warm-up (warm up with a job before this one)',
  ],
  [
    'speed in random order',
    { requests_from: { file: 'a.log', speed: 1, order: 'random' } },
    'requests_from.speed: `speed` has no effect on requests in random order: the recorded times are those of the recorded order (give `pace`, or leave `order` out)',
  ],
  [
    'operations of its own',
    { mixed: { read: 1 } },
    'mixed: `mixed` and `requests_from` are both given; each defines the requests of the job (keep one of the two)',
  ],
  [
    'a path of its own',
    { http: { path: '/a' } },
    'http.path: `path` has no effect: the requests are those of `requests_from` (leave it out)',
  ],
  [
    'neither requests nor operations',
    { requests_from: undefined, collection: 'c' },
    'mixed: `mixed` is missing (list its operations, or give a file of requests as `requests_from`)',
  ],
  [
    'a speed of 0',
    { requests_from: { file: 'a.log', speed: 0 } },
    'requests_from.speed: must be a number from 0.001 to 1000: 2 is twice as fast as the recording; it is 0',
  ],
  [
    'a format that does not exist',
    { requests_from: { file: 'a.log', format: 'pcap' } },
    'requests_from.format: must be one of access_log, har, vegeta, curl, postman; it is "pcap"',
  ],
  [
    'another type of job',
    { type: 'write', collection: 'c' },
    'requests_from: `requests_from` does not apply to a write job (leave it out)',
  ],
])('%s: one problem', async (_, job, problem) => {
  expect(await loadProblems(job)).toEqual([problem]);
});

test('a database is refused', async () => {
  expect(await loadProblems({}, 'postgres://u@127.0.0.1/db')).toEqual([
    'requests_from: `requests_from` does not apply to PostgreSQL (leave it out)',
  ]);
});

test('`overload` applies to recorded times', async () => {
  expect(await loadProblems({ ...TIMED, overload: 'skip' })).toEqual([]);
});
