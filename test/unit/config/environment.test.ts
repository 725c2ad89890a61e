import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandFile, expandText } from '../../../src/config/environment.ts';

const env = { TOKEN: 'se#cret', EMPTY: '', HOST: 'example.com' };

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

  test('a missing variable is named and left as it stands', () => {
    expect(expandText('x ${NOPE} ${TOKEN}', env)).toEqual({
      text: 'x ${NOPE} se#cret',
      faults: [{ message: 'the environment variable NOPE is not set', hint: 'set it, or write $${ for a plain ${' }],
    });
  });

  test.each(['constructor', '__proto__', 'toString'])('%s is no variable', (name) => {
    const message = `the environment variable ${name} is not set`;
    expect(expandText(`\${${name}}`, env, (value) => value.trim())).toMatchObject({ faults: [{ message }] });
  });

  test.each(['${}', '${A-B}', '${TOKEN', '${TOKEN:-x}', '${ TOKEN }'])(
    '%j is not how a variable is written',
    (text) => {
      expect(expandText(text, env).faults).toEqual([
        { message: 'a variable is written ${NAME}', hint: 'write $${ for a plain ${' },
      ]);
    },
  );

  test('what a variable holds is not expanded again', () => {
    expect(expandText('${A}', { A: '${B}', B: 'x' }).text).toBe('${B}');
  });

  test('escaping brings back any text', () => {
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

describe('expandFile', () => {
  test('fills in the fields that may hold secrets, and no others', () => {
    const http = {
      headers: { 'x-a': '${TOKEN}' },
      auth: { bearer: '${TOKEN}' },
      proxy: 'http://${HOST}',
      path: '/${HOST}',
    };
    const { value, findings } = expandFile(
      {
        connection_string: 'http://${HOST}',
        agent: { metrics_export_url: 'http://${HOST}', name: '${HOST}' },
        http,
        jobs: [{ http, filter: { http: { headers: '${NOPE}' } } }, { parallel: [{ http }] }],
        schemas: [{ schema: { http: { auth: '${NOPE}' } } }],
      },
      env,
    );
    // The # of a secret in a header starts no tag: there it is doubled.
    const filled = {
      headers: { 'x-a': 'se##cret' },
      auth: { bearer: 'se#cret' },
      proxy: 'http://example.com',
      path: '/${HOST}',
    };
    expect(findings).toEqual([]);
    expect(value).toEqual({
      connection_string: 'http://example.com',
      agent: { metrics_export_url: 'http://example.com', name: '${HOST}' },
      http: filled,
      jobs: [{ http: filled, filter: { http: { headers: '${NOPE}' } } }, { parallel: [{ http: filled }] }],
      schemas: [{ schema: { http: { auth: '${NOPE}' } } }],
    });
  });

  test('says where a variable is missing', () => {
    const { findings } = expandFile({ jobs: [{ http: { headers: { authorization: '${NOPE}' } } }] }, env);
    expect(findings.map(({ path }) => path)).toEqual([['jobs', 0, 'http', 'headers', 'authorization']]);
  });
});
