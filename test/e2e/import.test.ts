import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chromiumHar } from '../unit/imports/har-sample.ts';
import { Agent, loadbot, scratchFile } from './agent.ts';
import { CountingServer } from './counting-server.ts';

let server: CountingServer;
beforeAll(async () => {
  server = await CountingServer.start();
});
beforeEach(() => {
  server.received.length = 0;
});
afterAll(() => server.stop());

/** A file of each format, for the server. */
const FILES: Readonly<Record<string, (url: string) => string>> = {
  curl: (url) => `curl '${url}/a?x=1' -H 'cookie: sid=S3CRET'\ncurl ${url}/b -d 'q=1'\n`,
  har: (url) =>
    chromiumHar([
      { url: `${url}/a?x=1`, headers: { Cookie: 'sid=S3CRET' } },
      { url: `${url}/b`, method: 'POST', postData: { mimeType: 'application/x-www-form-urlencoded', text: 'q=1' } },
    ]),
  openapi: (url) =>
    JSON.stringify({
      openapi: '3.0.0',
      servers: [{ url }],
      paths: {
        '/a': { get: { parameters: [{ in: 'query', name: 'x', example: 1 }] } },
        '/b': {
          post: { requestBody: { content: { 'application/x-www-form-urlencoded': { example: { q: 1 } } } } },
        },
      },
    }),
  postman: (url) =>
    JSON.stringify({
      item: [
        {
          name: 'a',
          request: { method: 'GET', url: `${url}/a?x=1`, header: [{ key: 'Cookie', value: 'sid=S3CRET' }] },
        },
        {
          name: 'b',
          request: {
            method: 'POST',
            url: `${url}/b`,
            body: { mode: 'urlencoded', urlencoded: [{ key: 'q', value: '1' }] },
          },
        },
      ],
    }),
  vegeta: (url) => `GET ${url}/a?x=1\nCookie: sid=S3CRET\n\nGET ${url}/b?q=1\n`,
  access_log: () =>
    ['/a?x=1', '/b?q=1'].map((path) => `::1 - - [10/Oct/2025:13:55:36 +0000] "GET ${path} HTTP/1.1" 200 5`).join('\n'),
};

describe.each(Object.keys(FILES))('import %s', (format) => {
  test('prints a workload that validates, runs, and sends the requests of the file', async () => {
    const url = `http://${server.host}`;
    const file = scratchFile('txt');
    writeFileSync(file, FILES[format]?.(url) ?? '');
    const flags = format === 'access_log' ? ['--connection-string', url] : [];
    const imported = await loadbot(['import', format, file, ...flags]);
    expect(imported.status, imported.stderr).toBe(0);
    expect(imported.stdout).not.toContain('S3CRET');
    const workload = scratchFile('jsonc');
    writeFileSync(
      workload,
      imported.stdout.replace('"duration": "30s"', '"operations": 200').replace('"pace": 10,', ''),
    );
    const env = { COOKIE: 'sid=S3CRET' };
    const checked = await new Agent(['validate', workload], env).ended;
    expect(checked.status, checked.stderr).toBe(0);
    const run = await new Agent(['run', workload, '-q'], env).ended;
    expect(run.status, run.stderr).toBe(0);
    const second = ['vegeta', 'access_log'].includes(format) ? 'GET /b?q=1' : 'POST /b q=1';
    expect(server.counts()).toEqual({ 'GET /a?x=1': 100, [second]: 100 });
    if (imported.stdout.includes('COOKIE')) {
      expect(server.received.find(({ url: path }) => path.startsWith('/a'))?.headers.cookie).toBe('sid=S3CRET');
    }
  });
});

describe('import', () => {
  test('reads standard input, and sends nothing', async () => {
    const { status, stdout } = await loadbot(['import', 'curl', '-'], `curl http://${server.host}/x`);
    expect(status).toBe(0);
    expect(stdout).toContain('"path": "/x"');
    expect(server.received).toEqual([]);
  });

  test.each([
    [['import', 'har', '/nonexistent.har'], 'cannot read /nonexistent.har: no such file'],
    [['import', 'k6', 'x.js'], "argument 'format'. Allowed choices are curl, har"],
    [['import', 'curl', '-', '--limit', '0'], 'from 1 to 9999'],
    [['import', 'curl', '-', '--connection_string', 'h:80'], '--connection_string'],
    [['import', 'curl', '-'], 'stdin is empty'],
  ])('%j fails with one error', async (args, message) => {
    const { status, stderr } = await loadbot(args);
    expect(status).toBe(104);
    expect(stderr).toContain(message);
  });

  test('docs/command-line.md and --help describe every format', async () => {
    const page = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8');
    const { stdout } = await loadbot(['import', '--help']);
    for (const format of Object.keys(FILES)) {
      expect(page).toContain(`| \`${format}\` |`);
      expect(page).toContain(`loadbot-agent import ${format} `);
      expect(stdout).toContain(`loadbot-agent import ${format} `);
    }
  });
});
