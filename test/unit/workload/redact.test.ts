import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactWorkload, secretsOfWorkload } from '../../../src/workload/redact.ts';

const SECRET = 's3cret';

describe('the redacted workload', () => {
  test.each([
    [`http://anna:${SECRET}@host/base`, 'http://***@host/base'],
    ['http://${USER}:${PASSWORD}@host/base', 'http://${USER}:${PASSWORD}@host/base'],
    ['${TARGET}', '${TARGET}'],
    [
      `postgres://u:p/${SECRET}@h/db?password=${SECRET}&sslmode=require`,
      'postgres://***@h/db?password=***&sslmode=require',
    ],
    // A / or ? that should have been encoded ends no password, even where it leaves a host and a port.
    [`postgres://u:12/${SECRET}@h/db`, 'postgres://***@h/db'],
    [`mysql://u:${SECRET}?${SECRET}@h/db`, 'mysql://***@h/db'],
    // Who reads the result should know that nothing was verified.
    [`postgres://h/db?sslmode=no-verify&sslpassword=${SECRET}`, 'postgres://h/db?sslmode=no-verify&sslpassword=***'],
    [`mongodb://a,b/?tlsInsecure=true&x=${SECRET}`, 'mongodb://a,b/?tlsInsecure=true&x=***'],
    ['http://host:8080/a@b', 'http://host:8080/a@b'],
    ['embedded:', 'embedded:'],
  ])('redacts the target %s', (given, shown) => {
    expect(redactWorkload({ connection_string: given })).toEqual({ connection_string: shown });
  });

  test('shows headers and credentials only as references to variables', () => {
    const headers = {
      'X-Key': SECRET,
      Authorization: 'Bearer ${TOKEN}',
      'x-half': `${SECRET}\${REST}`,
      Accept: 'application/json',
      'x-gone': null,
    };
    const auth = { basic: { username: 'anna', password: SECRET }, bearer: '${TOKEN}' };
    const shown = {
      headers: {
        'X-Key': '***',
        Authorization: 'Bearer ${TOKEN}',
        'x-half': '***',
        Accept: 'application/json',
        'x-gone': null,
      },
      auth: { basic: { username: '***', password: '***' }, bearer: '${TOKEN}' },
    };
    const http = { headers, auth };
    const target = { url: `http://x/y?token=${SECRET}&db=\${DB}`, ...http, proxy: `http://bob:${SECRET}@proxy` };
    const shownTarget = { url: 'http://x/y?token=***&db=${DB}', ...shown, proxy: 'http://***@proxy' };
    expect(
      redactWorkload({
        http,
        agent: {
          metrics_export_url: [`http://u:${SECRET}@h`],
          metrics_export_targets: [target],
          grafana: { url: `http://u:${SECRET}@g`, token: SECRET },
        },
        sources: [target, { name: 's', command: ['./print', '--token', SECRET] }],
        thresholds: [{ prometheus: `http://u:${SECRET}@p`, query: 'up', expect: '> 0' }],
        jobs: [{ type: 'read', http }, { parallel: [{ http, mixed: [{ type: 'read', http }] }] }],
      }),
    ).toEqual({
      http: shown,
      agent: {
        metrics_export_url: ['http://***@h'],
        metrics_export_targets: [shownTarget],
        grafana: { url: 'http://***@g', token: '***' },
      },
      sources: [shownTarget, { name: 's', command: ['./print', '***', '***'] }],
      thresholds: [{ prometheus: 'http://***@p', query: 'up', expect: '> 0' }],
      jobs: [{ type: 'read', http: shown }, { parallel: [{ http: shown, mixed: [{ type: 'read', http: shown }] }] }],
    });
  });

  test('hides likely secrets in bodies, paths and statements, but not template tags', () => {
    expect(
      redactWorkload({
        jobs: [
          { http: { path: `/login?user=anna&api_key=${SECRET}&q=#string`, body: { user: '#name', password: SECRET } } },
          { http: { body: `{"passwd": "${SECRET}", "n": 1}` } },
          { http: { body: { password: '#string', accessToken: SECRET, tokens: 5 } } },
          { sql: `CREATE USER x WITH PASSWORD = '${SECRET}'; SELECT 1` },
          { command: ['AUTH', `http://u:${SECRET}@h`] },
          { name: 'passwords', keys: 'zipfian', http: { body: `Bearer ${SECRET} and more` } },
        ],
      }),
    ).toEqual({
      jobs: [
        { http: { path: '/login?user=anna&api_key=***&q=#string', body: { user: '#name', password: '***' } } },
        { http: { body: '{"passwd": "***", "n": 1}' } },
        { http: { body: { password: '#string', accessToken: '***', tokens: 5 } } },
        { sql: "CREATE USER x WITH PASSWORD = '***'; SELECT 1" },
        { command: ['AUTH', '***'] },
        { name: 'passwords', keys: 'zipfian', http: { body: 'Bearer *** and more' } },
      ],
    });
  });

  test('hides compared and captured values by the name of their part, and shows the places they come from', () => {
    const step = (password: string, role: string): object => ({
      name: 'login',
      if: `#user.password == ${password}`,
      expect: {
        name: 'token check',
        headers: { 'x-token': { equal: password }, 'content-type': 'text/html' },
        json: { '$.password': password, '$.api_key': { not_equal: password }, '$.role': { equal: role } },
        body: { contains: role },
      },
      capture: { token: '$.token', cookie: { cookie: 'session' }, secret: { json: '$.s', default: password } },
    });
    expect(redactWorkload({ jobs: [{ steps: [step(SECRET, 'admin')] }] })).toEqual({
      jobs: [{ steps: [step('***', 'admin')] }],
    });
    expect(secretsOfWorkload({ jobs: [{ steps: [{ one_of: [{ steps: [step(SECRET, 'admin')] }] }] }] })).toEqual([
      SECRET,
    ]);
    const named = { jobs: [{ steps: [step('${PASSWORD}', '#vars.role')] }] };
    expect(redactWorkload(named)).toEqual(named);
    expect(secretsOfWorkload(named)).toEqual([]);
    expect(secretsOfWorkload({ jobs: [{ steps: [{ if: '#a.token contains "s3cret word"' }] }] })).toContain(
      's3cret word',
    );
  });

  test.each(['a', 'token', '://', 'secret=" '])('takes linear time for a body of a megabyte of %j', (piece) => {
    const body = piece.repeat(2 ** 20 / piece.length);
    // With a search that begins anew at every letter this would take minutes.
    expect(JSON.stringify(redactWorkload({ jobs: [{ http: { body } }] })).length).toBeLessThan(5000);
  });

  test('truncates very long texts', () => {
    const { body } = redactWorkload({ body: 'x'.repeat(5000) }) as { readonly body: string };
    expect(body).toBe(`${'x'.repeat(2000)}… and 3000 characters more`);
  });

  test('shows no userinfo of a URL and no literal token', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9!*_.~-]{8,20}$/);
    fc.assert(
      fc.property(word, word, fc.constantFrom('http', 'https', 'postgres', 'redis'), (user, password, scheme) => {
        const url = `${scheme}://${user}:${password}@host:1/x`;
        const shown = JSON.stringify(
          redactWorkload({
            connection_string: url,
            note: `see ${url}`,
            agent: { metrics_export_url: url, grafana: { token: password } },
          }),
        );
        expect(shown).not.toContain(password);
        expect(shown.match(/host:1\/x/g)?.length).toBe(3);
      }),
      { numRuns: 200 },
    );
  });
});
