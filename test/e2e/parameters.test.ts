import { readFileSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Agent, loadbot, readResult, scratchFile, workloadFile } from './agent.ts';
import { CountingServer } from './counting-server.ts';

const TOKEN = 'canary-token"/&';

async function startServer(): Promise<CountingServer> {
  const server = await CountingServer.start();
  onTestFinished(() => server.stop());
  return server;
}

test('values of flags and environment reach the requests; a secret appears nowhere else', async () => {
  const server = await startServer();
  const file = workloadFile({
    parameters: {
      HOST: { required: true },
      COUNT: { default: 5, description: 'requests' },
      USERS: 9,
      TOKEN: { secret: true },
    },
    connection_string: 'http://${HOST}',
    jobs: [
      {
        name: 'orders',
        type: 'write',
        collection: 'orders',
        connections: '${USERS}',
        operations: '${COUNT}',
        http: { path: '/missing/${TOKEN}?t=${TOKEN}', headers: { authorization: 'Bearer ${TOKEN}' } },
      },
    ],
  });
  const files = ['csv', 'json', 'html', 'junit', 'markdown', 'openmetrics'].map((kind) => [kind, scratchFile(kind)]);
  const reports = files.map(([kind, path]) => `${kind}=${path}`).join(',');
  const flags = ['--param', `HOST=${server.host}`, '--param', 'COUNT=7', '--log-level', 'debug', '--verbose'];
  const env = { LOADBOT_PARAM_TOKEN: TOKEN, LOADBOT_PARAM_USERS: '2' };
  const run = await new Agent(['run', file, ...flags, '--report', reports], env).ended;
  expect(run.status, run.stderr).toBe(0);
  expect(server.received).toHaveLength(7);
  expect(server.received[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  const outputs = [run.stdout, run.stderr, ...files.map(([, path = '']) => readFileSync(path, 'utf8'))];
  for (const output of outputs) expect(output).not.toContain('canary');

  const result = readResult(files[1]?.[1] ?? '');
  expect(JSON.stringify(result)).toContain('"COUNT":{"default":"7","description":"requests"}');

  const shown = await new Agent(['validate', file, ...flags.slice(0, 4)], env).ended;
  expect(shown.status, shown.stderr).toBe(0);
  expect(shown.stdout).toMatch(/^parameters$/m);
  expect(shown.stdout).toMatch(/^ *COUNT +7 +--param +requests$/m);
  expect(shown.stdout).toMatch(/^ *USERS +2 +LOADBOT_PARAM_USERS$/m);
  expect(shown.stdout).toMatch(/^ *TOKEN +\*\*\* +LOADBOT_PARAM_TOKEN$/m);
});

test('an unknown or missing parameter is an error of each command that reads the file', async () => {
  const file = scratchFile('yaml');
  writeFileSync(
    file,
    'parameters:\n  RATE: { required: true }\nconnection_string: http://127.0.0.1:1\njobs:\n' +
      '  - { type: write, collection: c, pace: "${RATE}", duration: 1s }\n',
  );
  for (const command of [
    ['run', file],
    ['validate', file],
    ['doctor', file],
    ['start-agent', '-f', file],
  ]) {
    const { status, stderr } = await loadbot([...command, '--param', 'RAET=5/s']);
    expect([command[0], status]).toEqual([command[0], 104]);
    expect(stderr).toContain('the workload has no parameter `RAET`');
    expect(stderr).toContain('did you mean `RATE`?');
    expect(stderr).toMatch(/yaml:2:3 +parameters.RATE +has no value/);
  }
});

test('an agent expands them in each workload that it runs', async () => {
  const server = await startServer();
  const write = { type: 'write', collection: 'c', operations: 3, http: { path: '/${WHO}' } };
  const own = { parameters: { WHO: 'file' }, connection_string: `http://${server.host}`, jobs: [write] };
  const other = { ...own, parameters: {}, jobs: [{ ...write, http: { path: '/other' } }] };
  const flags = ['--port', '0', '-f', workloadFile(own), '--param', 'WHO=flag'];
  const agent = new Agent(['start-agent', ...flags]);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const [, uri = ''] = await agent.sees(/control: http:\/\/(127\.0\.0\.1:\d+)\/status/);
  await agent.sees(/is idle; start a run/);
  for (const file of [[], [workloadFile(other)]]) {
    const { status, stderr } = await loadbot(['start', ...file, '-u', uri, '--follow']);
    expect(status, stderr).toBe(0);
  }
  expect(server.received.map(({ url }) => url)).toEqual([...Array(3).fill('/flag'), ...Array(3).fill('/other')]);
});

test('start and config send them to an agent, which does not show them', async () => {
  const server = await startServer();
  const file = workloadFile({
    parameters: { WHO: 'file', TOKEN: { secret: true } },
    environments: { local: { connection_string: `http://${server.host}` } },
    jobs: [{ type: 'write', collection: 'c', operations: 1, http: { path: '/${WHO}?t=${TOKEN}' } }],
  });
  const agent = new Agent(['start-agent', '--port', '0', '--param', 'TOKEN=canary-agent', '--log-level', 'debug']);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const [, uri = ''] = await agent.sees(/control: http:\/\/(127\.0\.0\.1:\d+)\/status/);
  await agent.sees(/is idle; start a run/);
  const ask = async (...args: string[]): Promise<string> => {
    const { status, stdout, stderr } = await loadbot([...args, '-u', uri]);
    expect(status, stderr).toBe(0);
    return stdout;
  };
  await ask('start', file, '--environment', 'local', '--follow');
  await ask('start', file, '--environment', 'local', '--param', 'WHO=flag', '--param', 'TOKEN=canary-flag', '--follow');
  await ask('config', file, '--environment', 'local', '--param', 'WHO=config', '--param', 'TOKEN=canary-config');
  expect(await ask('config')).not.toContain('canary');
  expect(await (await fetch(`http://${uri}/config`)).text()).not.toContain('canary');
  await ask('start', '--follow');
  expect(server.received.map(({ url }) => url)).toEqual([
    '/file?t=canary-agent',
    '/flag?t=canary-flag',
    '/config?t=canary-config',
  ]);
  expect(await ask('status', '--json')).not.toContain('canary');
  expect(await ask('result')).not.toContain('canary');
  expect(agent.stderr + agent.stdout).not.toContain('canary');

  const unknown = await loadbot(['start', file, '--environment', 'local', '--param', 'WOH=x', '-u', uri]);
  expect(unknown.status).toBe(104);
  expect(unknown.stderr).toMatch(/--param +the workload has no parameter `WOH`/);
  const without = await loadbot(['start', '--param', 'WHO=x', '-u', uri]);
  expect([without.status, without.stderr]).toEqual([104, expect.stringContaining('--param needs a workload file')]);
});

test('a secret in the steps of a scenario is in its requests only', async () => {
  const server = await startServer();
  const out = scratchFile('json');
  const step = {
    name: 'a',
    http: { path: '/?v=#vars.v', headers: { 'x-key': '${TOKEN}', 'x-own': 'canary-literal' } },
  };
  const branches = ['b', 'd'].map((name) => ({ weight: 1, steps: [{ ...step, name }] }));
  const group = { one_of: branches };
  const job = {
    name: 's',
    type: 'scenario',
    operations: 1,
    variables: { v: '${TOKEN}' },
    before: [{ ...step, name: 'c' }],
  };
  const workload = {
    parameters: { TOKEN: 'canary#int(1,2)' },
    connection_string: `http://${server.host}`,
    jobs: [{ ...job, steps: [step, group] }],
  };
  const { status, stdout, stderr } = await loadbot(['run', workloadFile(workload), '--allow_invalid', '--out', out]);
  expect(status, stderr).toBe(0);
  expect(
    server.received.map(({ url, headers }) => [decodeURIComponent(url), headers['x-key'], headers['x-own']]),
  ).toEqual(Array.from({ length: 3 }, () => ['/?v=canary#int(1,2)', 'canary#int(1,2)', 'canary-literal']));
  for (const text of [stdout, stderr, readFileSync(out, 'utf8')]) expect(text).not.toContain('canary');
});
