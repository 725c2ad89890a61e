import { describe, expect, test } from 'vitest';
import { formatError } from '../../../src/cli/print-error.ts';
import type { UrlFlags } from '../../../src/cli/url-flags.ts';
import { buildUrlWorkload, toFlagProblems } from '../../../src/cli/url-workload.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';
import { load, problemsOf } from '../workload/loading.ts';

const URL = 'http://127.0.0.1:8080/search?q=x';
const read = (): Buffer => Buffer.from('{ "from": "file #1 ${HOME}" }');

function textOf(url: string, flags: UrlFlags = {}, env: Record<string, string> = {}): string {
  return buildUrlWorkload(url, flags, env, read).text;
}

async function jobOf(url: string, flags: UrlFlags = {}, env: Record<string, string> = {}): Promise<unknown> {
  const built = buildUrlWorkload(url, flags, env, read);
  const { file } = await load(built.text, { env: built.env as Record<string, string> });
  return file.jobs[0];
}

/** The message for flags that are refused. */
function refusalOf(url: string, flags: UrlFlags = {}): string {
  try {
    textOf(url, flags);
    return 'accepted';
  } catch (error) {
    return formatError(error);
  }
}

describe('the job of a URL', () => {
  test('has the defaults of oha and hey', async () => {
    expect(await jobOf(URL)).toEqual({
      name: 'GET /search',
      type: 'read',
      connections: 50,
      duration: 10_000,
      http: { path: '/search?q=x' },
    });
  });

  test('has the load of the flags, and no duration beside operations', async () => {
    const flags = { connections: '5', operations: '100', pace: '30000/m', timeout: '1s', warm_up: '2s' };
    expect(await jobOf(URL, flags)).toMatchObject({
      connections: 5,
      operations: 100,
      pace: 500,
      timeout: 1000,
      warm_up: 2000,
    });
    expect(await jobOf(URL, { operations: '100' })).not.toHaveProperty('duration');
    expect(await jobOf(URL, { pace: '0.5', duration: '1m' })).toMatchObject({ pace: 0.5, duration: 60_000 });
  });

  test.each([
    [{}, 'read', undefined],
    [{ body: 'x' }, 'write', undefined],
    [{ method: 'put', body: 'x' }, 'update', 'PUT'],
    [{ method: 'DELETE' }, 'delete', undefined],
    [{ method: 'HEAD' }, 'read', 'HEAD'],
  ])('%j is a %s', async (flags, type, method) => {
    const job = (await jobOf(URL, flags)) as { readonly http: Readonly<Record<string, unknown>> };
    expect(job).toMatchObject({ type });
    expect(job.http['method']).toBe(method);
    // None of these types sends a document.
    expect(job.http['body']).toBe('body' in flags ? 'x' : undefined);
  });

  test('sends text as it is given: tags, braces and characters beyond ASCII are literal', async () => {
    const job = await jobOf('http://h/a b/{key}/é?q=%20$${X}', { header: ['x-a: #int(1,2) é'], body: '{"a": "#id"}' });
    expect(job).toMatchObject({
      http: { path: '/a%20b/%7Bkey%7D/%C3%A9?q=%20${X}', headers: { 'x-a': '##int(1,2) é' }, body: '{"a": "##id"}' },
    });
  });

  test('takes the body from a file, whose text has no variables', async () => {
    expect(await jobOf(URL, { body: '@body.json' })).toMatchObject({
      http: { body: '{ "from": "file ##1 ${HOME}" }' },
    });
    expect(buildUrlWorkload(URL, { body: '@body.json' }, {}, read).bodyFile).toBe('body.json');
  });
});

describe('secrets of the command line', () => {
  test('become variables of the printed workload, and stay in the request', async () => {
    const flags = { header: ['authorization: Bearer tok-1', 'cookie: sid=tok-2'], body: '{"password":"tok-3"}' };
    const url = 'http://me:tok-4@h/x?api_key=tok-5&q=1';
    const text = textOf(url, flags);
    expect(text).not.toMatch(/tok-\d|\bme\b:/);
    expect(text).toContain('"connection_string": "http://${TARGET_USER}:${TARGET_PASSWORD}@h"');
    expect(text).toContain('//   COOKIE: the header cookie');
    expect(await jobOf(url, flags)).toMatchObject({
      http: {
        path: '/x?api_key=tok-5&q=1',
        headers: { authorization: 'Bearer tok-1', cookie: 'sid=tok-2' },
        body: { password: 'tok-3' },
      },
    });
  });

  test('have the name of the variable that the shell took them from', () => {
    const text = textOf('http://u:s3cret@h/', { header: ['x-key: ${OTHER}'] }, { MY_PASSWORD: 's3cret', OTHER: 'x' });
    expect(text).toContain('${MY_PASSWORD}@h');
    expect(text).not.toContain('MY_PASSWORD:');
    expect(text).toContain('"x-key": "${OTHER}"');
  });

  test('do not replace a variable of the environment', () => {
    expect(textOf(URL, { header: ['cookie: a=b'] }, { COOKIE: 'another' })).toContain('"${COOKIE_2}"');
  });
});

describe('diagnostics', () => {
  test.each(['http://u:12/S3CRET@h/x', 'http://u:12?S3CRET@h/x', 'http://u:S3CRET@h:99999/', 'http://u:S3CRET@h/#a'])(
    'refuses %s without its password',
    (url) => {
      expect(refusalOf(url)).toMatch(/^error: the command line: 1 problem\n\n {2}URL {2}/);
      expect(refusalOf(url)).not.toContain('S3CRET');
    },
  );

  test('names the flags', () => {
    expect(refusalOf(URL, { header: ['x', 'a: 1', 'A: 2'] })).toMatch(
      /3 problems|2 problems[\s\S]*--header +must be "Name: value"[\s\S]*`A` is given twice/,
    );
    const missing = (): Buffer => {
      throw Object.assign(new Error('no'), { code: 'ENOENT' });
    };
    expect(() => buildUrlWorkload(URL, { body: '@none' }, {}, missing)).toThrow('1 problem');
  });

  test('come from the checks of workload files, with the flag as their place', async () => {
    const built = buildUrlWorkload(
      URL,
      { connections: 'x', duration: '10', pace: '-1', expect_status: '700', header: ['x: \u{1}'] },
      {},
      read,
    );
    const problems = await problemsOf(built.text);
    const shown = toFlagProblems(new LoadbotError('config_invalid', 'x', { problems })) as LoadbotError;
    expect(shown.problems.map(({ path = '' }) => path).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      '--connections',
      '--duration',
      '--expect_status',
      '--header',
      '--pace',
    ]);
  });
});
