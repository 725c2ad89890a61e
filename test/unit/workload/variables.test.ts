import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandText, expandVariables } from '../../../src/workload/variables.ts';
import { line, problemsOf } from './loading.ts';
import { plan, planJob } from './planning.ts';

const env = { TOKEN: 'se#cret', HOST: 'example.com', COUNT: '50', ON: 'true', TEN: '10s', EMPTY: '' };

describe('expandText', () => {
  test.each([
    ['plain', 'plain'],
    ['Bearer ${TOKEN}', 'Bearer se#cret'],
    ['http://${HOST}:80/${TOKEN}', 'http://example.com:80/se#cret'],
    ['a${EMPTY}b', 'ab'],
    ['$${TOKEN}', '${TOKEN}'],
    ['$TOKEN $5 {x}', '$TOKEN $5 {x}'],
    ['$$${TOKEN}', '$${TOKEN}'],
  ])('%j becomes %j', (text, expanded) => {
    expect(expandText(text, env)).toEqual({ text: expanded, faults: [] });
  });

  test('reports a missing variable by name and leaves the text unchanged', () => {
    expect(expandText('x ${NOPE} ${TOKEN}', env)).toEqual({
      text: 'x ${NOPE} se#cret',
      faults: [{ message: 'the environment variable NOPE is not set', hint: 'set it, or write $${ for a literal ${' }],
    });
  });

  test.each(['constructor', '__proto__', 'toString'])('%s is not a variable', (name) => {
    const message = `the environment variable ${name} is not set`;
    expect(expandText(`\${${name}}`, env, (value) => value.trim())).toMatchObject({ faults: [{ message }] });
  });

  test.each(['${}', '${A-B}', '${TOKEN', '${TOKEN:-x}', '${ TOKEN }'])('reports the notation %j', (text) => {
    expect(expandText(text, env).faults).toEqual([
      { message: 'a variable is written ${NAME}', hint: 'write $${ for a literal ${' },
    ]);
  });

  test('does not expand the value of a variable', () => {
    expect(expandText('${A}', { A: '${B}', B: 'x' }).text).toBe('${B}');
  });

  test('escaped text expands to the original', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(
          expandText(
            text.replaceAll('${', () => '$${'),
            {},
          ),
        ).toEqual({ text, faults: [] });
      }),
    );
  });
});

describe('variables', () => {
  test('are expanded in every text, and start no template tag', () => {
    const http = {
      headers: { 'x-a': '${TOKEN}' },
      auth: { bearer: '${TOKEN}' },
      path: '/${TOKEN}/$${x}',
      body: { a: ['${TOKEN}'] },
    };
    const { value, findings } = expandVariables(
      {
        connection_string: 'http://${HOST}',
        name: '${TOKEN}',
        agent: { name: '${HOST}', labels: { host: '${HOST}' } },
        http,
        jobs: [
          { name: '${TOKEN}', http, filter: { a: { b: '${TOKEN}' } }, sql: 'SELECT ${TOKEN}', command: ['${TOKEN}'] },
          { parallel: [{ mixed: [{ filter: { a: '${TOKEN}' } }] }] },
        ],
        schemas: [{ name: '${TOKEN}', schema: { a: '${TOKEN}' } }],
        feeders: [{ file: '${HOST}.csv' }],
        sources: [{ headers: { a: '${TOKEN}' } }],
      },
      env,
    );
    const filled = {
      headers: { 'x-a': 'se##cret' },
      auth: { bearer: 'se#cret' },
      path: '/se##cret/${x}',
      body: { a: ['se##cret'] },
    };
    expect(findings).toEqual([]);
    expect(value).toEqual({
      connection_string: 'http://example.com',
      name: 'se#cret',
      agent: { name: 'example.com', labels: { host: 'example.com' } },
      http: filled,
      jobs: [
        {
          name: 'se#cret',
          http: filled,
          filter: { a: { b: 'se##cret' } },
          sql: 'SELECT se##cret',
          command: ['se##cret'],
        },
        { parallel: [{ mixed: [{ filter: { a: 'se##cret' } }] }] },
      ],
      schemas: [{ name: 'se#cret', schema: { a: 'se##cret' } }],
      feeders: [{ file: 'example.com.csv' }],
      sources: [{ headers: { a: 'se#cret' } }],
    });
  });

  test('become numbers and booleans where the schema requires them', async () => {
    const job = {
      collection: '${COUNT}',
      connections: '${COUNT}',
      pace: '${COUNT}',
      duration: '${TEN}',
      trace: '${ON}',
      filter: { a: '${COUNT}' },
    };
    const planned = await planJob(job, { threads: '${COUNT}' }, { env });
    expect(planned).toMatchObject({
      collection: '50',
      connections: 50,
      pacing: { segments: [{ toRate: 50 }] },
      durationMs: 10_000,
      trace: true,
    });
    expect(planned.mix[0]?.filter).toEqual({ a: '50' });
  });
});

async function lines(workload: object): Promise<string[]> {
  const whole = { connection_string: 'http://127.0.0.1', jobs: [{ type: 'read', collection: 'c' }], ...workload };
  return (await problemsOf(JSON.stringify(whole), { env })).map((one) => line(one).replace(/^load\.jsonc:\S+ /, ''));
}

describe('problems', () => {
  test('report each place of an unset variable and of an invalid notation', async () => {
    const jobs = [
      { type: 'read', collection: '${NOPE}', http: { path: '/${NOPE}', body: { q: ['a ${x:-y}'] } } },
      { type: 'write', collection: 'c', schema: 's' },
    ];
    const schemas = [{ name: 's', schema: { a: '${NOPE}' } }];
    const unset = 'the environment variable NOPE is not set (set it, or write $${ for a literal ${)';
    expect(await lines({ jobs, schemas })).toEqual([
      `jobs[0].collection: ${unset}`,
      `jobs[0].http.path: ${unset}`,
      'jobs[0].http.body.q[0]: a variable is written ${NAME} (write $${ for a literal ${)',
      `schemas[0].schema.a: ${unset}`,
    ]);
  });

  test('report field names that contain variables', async () => {
    const body = { '${TOKEN}': 1, '$${TOKEN}': 1, '${NOPE}': 1 };
    const message = 'a field name cannot contain a variable (write the name out; $${ is a literal ${)';
    expect(await lines({ http: { path: '/', body } })).toEqual([
      `http.body["\${TOKEN}"]: ${message}`,
      `http.body["\${NOPE}"]: ${message}`,
    ]);
  });

  test('show texts as written, never the value of a variable', async () => {
    const job = {
      type: 'read',
      connections: '${TOKEN}',
      schema: 'x${TOKEN}',
      duration: '${HOST}',
      http: { path: '${HOST}' },
    };
    const found = await lines({ jobs: [job], threads: '${TOKEN}', feeders: [{ name: 'f', file: '${TOKEN}.txt' }] });
    expect(found.join('\n')).not.toMatch(/se#cret|example\.com/);
    expect(found).toContain('threads: must be a whole number from 1 to 64; it is "${TOKEN}"');
    expect(found).toContain('jobs[0].schema: there is no schema "x${TOKEN}"');
  });
});

test('values of variables in requests are secrets, and the workload keeps their names', async () => {
  const http = { path: '/hooks/${TOKEN}?a=${COUNT}', body: { password: '${TOKEN}', text: 'token=${TOKEN}' } };
  const workload = {
    connection_string: 'http://${HOST}',
    jobs: [{ type: 'read', name: '${HOST}', collection: 'c', http }],
  };
  const planned = await plan(workload, { env });
  expect(planned.secrets).toEqual(['se%23cret', 'se#cret']);
  expect(planned.asRun).toEqual(workload);
});
