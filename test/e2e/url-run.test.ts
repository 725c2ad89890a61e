import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Agent, loadbot, readResult, scratchFile } from './agent.ts';
import { CountingServer } from './counting-server.ts';

let server: CountingServer;
beforeAll(async () => {
  server = await CountingServer.start();
});
beforeEach(() => {
  server.received.length = 0;
});
afterAll(() => server.stop());

describe('run URL', () => {
  test('sends the request as the flags describe it', async () => {
    const body = scratchFile('txt');
    writeFileSync(body, 'line 1\n#uuid ${HOME}\n');
    const out = scratchFile('json');
    const words = `-c 4 -n 200 -X put -H Content-Type:text/plain -H x-tag:#int(1,2) --body @${body} --out ${out}`;
    const url = `http://me:pass-1@${server.host}/search?q=x&n=%20`;
    const { status, stderr } = await loadbot(['run', url, ...words.split(' ')]);
    expect(status, stderr).toBe(0);
    expect(server.counts()).toEqual({ 'PUT /search?q=x&n=%20 line 1\n#uuid ${HOME}': 200 });
    const [first] = server.received;
    expect(first?.body).toBe('line 1\n#uuid ${HOME}\n');
    expect(first?.headers).toMatchObject({
      'content-type': 'text/plain',
      'x-tag': '#int(1,2)',
      authorization: `Basic ${Buffer.from('me:pass-1').toString('base64')}`,
    });
    expect(readResult(out).jobs[0]).toMatchObject({ name: 'PUT /search', connections: 4 });
    expect(JSON.stringify(readResult(out))).not.toContain('pass-1');
  });

  test('paces, and ends after the number of requests', async () => {
    const words = '-c 20 --operations 50 --pace 50 -q'.split(' ');
    const started = performance.now();
    const { status } = await loadbot(['run', `http://${server.host}/`, ...words]);
    expect(status).toBe(0);
    expect(server.received).toHaveLength(50);
    // 49 gaps of 20 ms.
    expect(performance.now() - started).toBeGreaterThan(980);
  });

  test('ends after the duration', async () => {
    const out = scratchFile('json');
    const { status } = await loadbot(['run', `http://${server.host}/`, '-c', '1', '-d', '300ms', '--out', out]);
    expect(status).toBe(0);
    expect(readResult(out).jobs[0]?.requests).toBe(server.received.length);
  });

  test('counts a 404 as an error', async () => {
    const out = scratchFile('json');
    const { stdout } = await loadbot(['run', `http://${server.host}/missing`, '-n', '20', '-c', '1', '--out', out]);
    expect(stdout).toMatch(/errors +20 +100%/);
    const expected = await loadbot([
      'run',
      `http://${server.host}/missing`,
      '-n',
      '20',
      '-c',
      '1',
      '--expect_status',
      '404',
    ]);
    expect(expected.stdout).toMatch(/errors +0 +0%/);
  });

  test('--print_workload prints a file that sends the same requests', async () => {
    const args = [
      `http://${server.host}/a?b=1`,
      '-c',
      '2',
      '-n',
      '40',
      '--body',
      '{ "a": 1 }',
      '-H',
      'cookie: sid=S3CRET',
    ];
    const printed = await loadbot(['run', ...args, '--print-workload']);
    expect(server.received).toEqual([]);
    expect(printed.stdout).not.toContain('S3CRET');
    const file = scratchFile('jsonc');
    writeFileSync(file, printed.stdout);
    expect((await loadbot(['validate', file])).stderr).toContain('the environment variable COOKIE is not set');
    const { status, stderr } = await new Agent(['run', file], { COOKIE: 'sid=S3CRET' }).ended;
    expect(status, stderr).toBe(0);
    expect(server.counts()).toEqual({ 'POST /a?b=1 { "a": 1 }': 40 });
    expect(server.received[0]?.headers.cookie).toBe('sid=S3CRET');
  });

  test('validate shows the plan and sends nothing', async () => {
    const { status, stdout } = await loadbot(['validate', `http://${server.host}/a`, '-c', '3', '-d', '1m']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ok: the command line: 1 job\n[\s\S]*GET \/a +read +3 connections/);
    expect(server.received).toEqual([]);
  });
});

describe('common mistakes of a first call', () => {
  test.each([
    [['http://u:S3CRET@h/'], 'loadbot-agent run URL'],
    [['init'], 'loadbot-agent generate-config'],
    [['quickstart'], 'workloads/quickstart.jsonc'],
    [['run', 'quickstart'], 'workloads/quickstart.jsonc'],
    [['run', '--connections', '50'], 'loadbot-agent run http://HOST/PATH --connections'],
    [['run', '-c', '50'], 'loadbot-agent run http://HOST/PATH --connections'],
    [['run', 'localhost:8080/x'], 'loadbot-agent run http://HOST/PATH'],
    [['run', 'load.jsonc', '-d', '5s'], '--duration cannot be combined with a workload file'],
    [['run', 'http://h/', '--connection-string', 'http://h'], '--connection_string cannot be combined with a URL'],
  ])('%j fails with one error that has the correct command', async (args, expected) => {
    const { status, stderr } = await loadbot(args);
    expect(status).toBe(104);
    expect(stderr).toContain(expected);
    expect(stderr).not.toContain('S3CRET');
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
  });

  test('-v prints the version', async () => {
    expect((await loadbot(['-v'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
