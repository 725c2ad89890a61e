import { describe, expect, test } from 'vitest';
import { WORKLOAD_LIMITS } from '../../../../src/shared/bounds.ts';
import { cpuSecondsOf } from '../../../cpu-time.ts';
import { failureOf, line, load, problemsOf } from '../loading.ts';

const write = { type: 'write', operations: 1, collection: 'c' };
const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));
const entries = (count: number): object => Object.fromEntries(times(count, (index) => [`x_${index}`, 'a']));
const source = { name: 's', url: 'http://127.0.0.1:9/' };
const receiver = { url: 'http://127.0.0.1:9/api/v1/write' };
const workload = (fields: object): string =>
  JSON.stringify({ connection_string: 'embedded:', jobs: [write], ...fields });

/** Workloads with a given number of entries, and the position and the noun of the message beyond the bound. */
const COUNTED: readonly (readonly [place: string, most: number, of: (count: number) => object])[] = [
  ['jobs', WORKLOAD_LIMITS.jobs, (count) => ({ jobs: times(count, () => write) })],
  ['jobs', WORKLOAD_LIMITS.jobs, (count) => ({ jobs: [{ parallel: times(count, () => write) }] })],
  [
    'schemas',
    WORKLOAD_LIMITS.schemas,
    (count) => ({ schemas: times(count, (n) => ({ name: `s${n}`, schema: { a: 1 } })) }),
  ],
  [
    'feeders',
    WORKLOAD_LIMITS.feeders,
    (count) => ({ feeders: times(count, (n) => ({ name: `f${n}`, file: 'x.csv' })) }),
  ],
  ['sources', WORKLOAD_LIMITS.sources, (count) => ({ sources: times(count, (n) => ({ ...source, name: `s${n}` })) })],
  [
    'agent.metrics_export_targets',
    WORKLOAD_LIMITS.pushTargets,
    (count) =>
      agent(
        'metrics_export_targets',
        times(count, () => receiver),
      ),
  ],
  ['agent.labels', WORKLOAD_LIMITS.labels, (count) => agent('labels', entries(count))],
  [
    'agent.drop_labels',
    WORKLOAD_LIMITS.labels,
    (count) =>
      agent(
        'drop_labels',
        times(count, () => 'job'),
      ),
  ],
  ['http.headers', WORKLOAD_LIMITS.headers, (count) => ({ http: { headers: entries(count) } })],
  ['jobs[0].http.headers', WORKLOAD_LIMITS.headers, (count) => job({ http: { headers: entries(count) } })],
  ['sources[0].headers', WORKLOAD_LIMITS.headers, (count) => ({ sources: [{ ...source, headers: entries(count) }] })],
  [
    'sources[0].match',
    WORKLOAD_LIMITS.matches,
    (count) => ({ sources: [{ ...source, match: times(count, () => 'a') }] }),
  ],
  [
    'jobs[0].stages',
    WORKLOAD_LIMITS.stages,
    (count) => job({ stages: times(count, () => ({ duration: '1s', pace: 1 })) }),
  ],
  [
    'schemas[0].save',
    WORKLOAD_LIMITS.savedFields,
    (count) => ({ schemas: [{ name: 's', schema: entries(count), save: Object.keys(entries(count)) }] }),
  ],
];

function agent(name: string, value: unknown): object {
  return { agent: { [name]: value } };
}

function job(fields: object): object {
  return { jobs: [{ ...write, ...fields }] };
}

describe('accepts a list or object at its bound, and refuses one more entry', () => {
  test.each(COUNTED)('%s: %d', async (place, most, of) => {
    expect(await problemsOf(workload(of(most)))).toEqual([]);
    const problems = await problemsOf(workload(of(most + 1)));
    expect(problems.map(({ path }) => path)).toEqual([place]);
    expect(problems[0]?.message).toMatch(
      new RegExp(`^there are [\\d,]+ .*; at most ${most.toLocaleString('en-US')} are`),
    );
  });
});

describe('accepts a text at its bound, and refuses a longer one', () => {
  const name = 'n'.repeat(WORKLOAD_LIMITS.nameCharacters);
  const url = 'http://h/'.padEnd(WORKLOAD_LIMITS.urlCharacters, 'u');
  const query = 'q'.repeat(WORKLOAD_LIMITS.expressionCharacters);
  const threshold = { prometheus: 'http://h', expect: '< 1' };

  test.each([
    ['name', { name }, { name: `${name}n` }],
    ['jobs[0].collection', job({ collection: name }), job({ collection: `${name}n` })],
    ['connection_string', { connection_string: url }, { connection_string: `${url}u` }],
    ['sources[0].url', { sources: [{ ...source, url }] }, { sources: [{ ...source, url: `${url}u` }] }],
    [
      'thresholds[0].query',
      { thresholds: [{ ...threshold, query }] },
      { thresholds: [{ ...threshold, query: `${query}q` }] },
    ],
  ])('%s', async (place, within, beyond) => {
    expect(await problemsOf(workload(within))).toEqual([]);
    expect((await problemsOf(workload(beyond))).map(({ path }) => path)).toEqual([place]);
  });
});

describe('a file beyond a bound is refused', () => {
  const many = `[${'0,'.repeat(WORKLOAD_LIMITS.values)}0]`;
  const bomb = ['a0: &a0 [x, x]', ...times(30, (n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`), 'jobs: []'].join('\n');
  const wide = `big: &big [${'x, '.repeat(9000)}x]\njobs: [${'*big, '.repeat(90)}*big]\n`;

  test.each([
    ['load.json', ' '.repeat(WORKLOAD_LIMITS.workloadBytes + 1), 'load.json is larger than 4.00 MiB'],
    [
      'load.json',
      workload({ jobs: [{ ...write, http: { body: 'BODY' } }] }).replace('"BODY"', many),
      'load.json holds more than 500,000 values',
    ],
    ['load.yaml', wide, 'load.yaml holds more than 500,000 values'],
  ])('%s %#', async (source, text, message) => {
    expect((await failureOf(load(text, { source }))).message).toBe(message);
  });

  test('an alias bomb of YAML is refused by its parser or by the count of values', async () => {
    const error = await failureOf(load(bomb, { source: 'load.yaml' }));
    expect([error.message, ...error.problems.map(line)].join('\n')).toMatch(
      /Excessive alias count|more than 500,000 values/,
    );
  });
});

test('a message contains an excerpt of a large value', async () => {
  const long = 'x'.repeat(1_000_000);
  const text = workload({ [long]: 1, jobs: [{ ...write, http: { body: `#${long}` }, type: long }] });
  const problems = await problemsOf(text);
  expect(problems.length).toBeGreaterThan(1);
  for (const problem of problems) expect(line(problem).length).toBeLessThan(1000);
});

/** Texts that took a quadratic time, or filled the stack; each is of the size that an attacker would choose. */
const HOSTILE: readonly (readonly [what: string, text: string])[] = [
  ['a tag of many dots', workload(job({ http: { body: `#${'a.'.repeat(1_000_000)}` } }))],
  ['many tags of many dots', workload(job({ http: { body: `#${'a.'.repeat(100)}`.repeat(10_000) } }))],
  ['jobs without names', workload({ jobs: times(WORKLOAD_LIMITS.jobs, () => write) })],
  [
    'jobs with wrong schemas',
    workload({
      schemas: times(1000, (n) => ({ name: `s${n}`, schema: { a: 1 } })),
      jobs: times(WORKLOAD_LIMITS.jobs, (n) => ({ ...write, schema: `zzz${n}` })),
    }),
  ],
  [
    'saved fields, each asked for',
    workload({
      schemas: [{ name: 's', schema: entries(1000), save: Object.keys(entries(1000)) }],
      jobs: times(20, () => ({
        ...write,
        type: 'read',
        schema: 's',
        filter: Object.fromEntries(times(1000, (n) => [`x_${n}`, `#x_${n}`])),
      })),
    }),
  ],
  ['a condition of many terms', workload({ sources: [source], phases: { p: `a == 1${' and a == 1'.repeat(5000)}` } })],
  ['a condition of many brackets', workload({ sources: [source], phases: { p: '('.repeat(100_000) } })],
  ['unknown fields', workload(job(entries(20_000)))],
  ['unclosed lists', '['.repeat(1_000_000)],
  [
    'quotes in SQL',
    JSON.stringify({ connection_string: 'postgres://h/d', jobs: [{ type: 'read', sql: "'".repeat(1_000_000) }] }),
  ],
  [
    'comments in SQL',
    JSON.stringify({ connection_string: 'postgres://h/d', jobs: [{ type: 'read', sql: '/*'.repeat(500_000) }] }),
  ],
];

describe('takes at most seconds for hostile files', () => {
  // Processor time, as the machine may be busy with other things; the slowest took hours.
  test.each(HOSTILE)('%s', async (_, text) => {
    expect(await cpuSecondsOf(() => problemsOf(text))).toBeLessThan(15);
  });
});
