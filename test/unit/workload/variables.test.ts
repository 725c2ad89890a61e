import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandText, expandVariables } from '../../../src/workload/variables.ts';
import { line, load, problemsOf } from './loading.ts';
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

  test('are escaped in compared values that may be templates, and nowhere else in checks and captures', () => {
    const step = (template: string, text: string): object => ({
      if: `#a.b == ${text}`,
      expect: {
        headers: { x: template, length: { equal: template, matches: text } },
        body: { contains: template, matches: text },
        json: { '$.matches': template, '$.a': [template], '$.b': { not_equal: template, not_contains: template } },
        name: text,
      },
      capture: { a: { regex: text, default: text } },
    });
    const { value, findings } = expandVariables({ jobs: [{ steps: [step('${TOKEN}', '${TOKEN}')] }] }, env);
    expect(findings).toEqual([]);
    expect(value).toEqual({ jobs: [{ steps: [step('se##cret', 'se#cret')] }] });
    expect(expandVariables({ jobs: [{ expect: { body: '${TOKEN}' } }] }, env).value).toEqual({
      jobs: [{ expect: { body: 'se##cret' } }],
    });
  });

  test('of checks, conditions and captures are secrets that are masked in messages', async () => {
    const names = ['BODY', 'HEADER', 'JSON', 'NESTED', 'PATTERN', 'DEFAULT', 'ROLE'] as const;
    const values = Object.fromEntries(names.map((name) => [name, `value-of-${name}`]));
    const step = {
      name: 'a',
      http: { path: '/' },
      expect: {
        body: { contains: '${BODY}' },
        headers: { x: '${HEADER}' },
        json: { '$.a': '${JSON}', '$.b': { equal: '${NESTED}' } },
      },
      capture: { c: { regex: '${PATTERN}', default: '${DEFAULT}' } },
    };
    const jobs = [
      { type: 'scenario', steps: [step, { name: 'b', if: '#a.c == ${ROLE}', http: { path: '/' } }], operations: 1 },
    ];
    const text = JSON.stringify({ connection_string: 'http://127.0.0.1', jobs });
    const { secrets } = await load(text, { env: values });
    for (const value of Object.values(values)) expect(secrets).toContain(value);
    // Secret parameters may stand there, too.
    const parameters = Object.fromEntries(names.map((name) => [name, { secret: true }]));
    const withParameters = JSON.stringify({ connection_string: 'http://127.0.0.1', parameters, jobs });
    const given = names.map((name) => `${name}=value-of-${name}`);
    expect(await problemsOf(withParameters, { parameters: given })).toEqual([]);
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
  test.each(['x'.repeat(200), `quoted " ${'x'.repeat(200)}`, `\n${'x'.repeat(70)}`, 'short'])(
    'do not show the beginning of a value that is shortened: %j',
    async (rest) => {
      const hidden = { SECRET: `begin-of-secret${rest}` };
      const jobs = [
        {
          name: 'j',
          type: 'read',
          collection: 'c',
          duration: '${SECRET}',
          connections: 'a ${SECRET} b',
          pace: 'x-${SECRET}',
        },
      ];
      const problems = await problemsOf(JSON.stringify({ connection_string: 'http://127.0.0.1', jobs }), {
        env: hidden,
      });
      const places = ['jobs[0].duration', 'jobs[0].connections', 'jobs[0].pace'];
      expect(problems.map(({ path }) => path)).toEqual(expect.arrayContaining(places));
      const shown = JSON.stringify(problems);
      expect(shown).not.toContain('begin-of');
      expect(shown).toContain('${SECRET}');
    },
  );

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
