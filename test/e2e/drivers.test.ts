import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DriverModule } from '../../src/drivers/driver-entry.ts';
import { checkDriver, type DriverTestOptions } from '../../src/driver-kit/suite.ts';
import { Agent, loadbot, readResult, scratchFile } from './agent.ts';
import { documentedFile, documentedFolder, importDocumented, importServer } from './drivers/documented.ts';
import { mistaken, MISTAKES } from './drivers/mistakes.ts';

let folder = '';
let driver: DriverModule;
let startServer: DriverTestOptions['startServer'];
const suite = (): DriverTestOptions => ({
  startServer,
  url: (host, port) => `line://${host}:${port}`,
  command: ['GET', 'key:#sequence'],
});

beforeAll(async () => {
  folder = documentedFolder();
  driver = await importDocumented(folder);
  startServer = (await importServer(folder)).startLineServer;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('docs/drivers.md', () => {
  test('the driver has about 60 lines', () => {
    const lines = documentedFile('line-driver.mjs')
      .split('\n')
      .filter((line) => line.trim() !== '');
    expect(lines.length).toBeLessThanOrEqual(66);
  });

  test('the driver passes the conformance suite, by the script of the page', async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(folder, 'test-driver.mjs')]);
    expect([stdout, stderr]).toEqual(['', '']);
  });
});

describe('the conformance suite', () => {
  test.each(Object.keys(MISTAKES))('names the mistake: %s', async (fault) => {
    const faults = await checkDriver(mistaken(driver, MISTAKES[fault]!), { ...suite(), patienceMs: 1000 });
    expect(faults.map(({ message }) => message).join('\n')).toContain(fault);
  });
});

/** A workload in a folder of its own, with the driver. */
function workloadOf(port: number, changes: object = {}): string {
  const path = join(folder, `load-${Math.random().toString(36).slice(2)}.json`);
  const job = { name: 'get', type: 'read', command: ['GET', 'user:#int(1,1000)'], connections: 4 };
  const workload = {
    drivers: { 'line:': './line-driver.mjs' },
    connection_string: `line://127.0.0.1:${port}`,
    jobs: [{ ...job, operations: 2000, ...changes }],
    // An agent on a busy machine may find its measurements invalid.
    agent: { allow_invalid: true },
  };
  writeFileSync(path, JSON.stringify(workload, null, 1));
  return path;
}

describe('a load by a driver module', () => {
  test('sends as many requests as the server receives, on two threads', async () => {
    const server = await startServer();
    const out = scratchFile('json');
    const { status } = await loadbot([
      'run',
      workloadOf(server.port),
      '--allow_drivers',
      '--threads',
      '2',
      '--out',
      out,
    ]);
    expect(status).toBe(0);
    expect(await server.served()).toBe(2000);
    const [job] = readResult(out).jobs;
    expect([job?.requests, job?.errors]).toEqual([2000, 0]);
    await server.stop();
  });

  test('sends a received workload when the agent allows driver modules', async () => {
    const server = await startServer();
    const agent = new Agent(['start-agent', '--port', '0', '--allow_drivers']);
    const [, uri = ''] = await agent.sees(/(http:\/\/127\.0\.0\.1:\d+)/);
    const { status, stderr } = await loadbot(['start', workloadOf(server.port), '--agent-uri', uri, '--follow']);
    expect([status, stderr]).toEqual([0, expect.anything()]);
    expect(await server.served()).toBe(2000);
    agent.child.kill('SIGTERM');
    await agent.ended;
    await server.stop();
  });
});

test('doctor examines the targets of a workload with a driver, with the flag', async () => {
  const push = ['--metrics_export_url', 'http://127.0.0.1:1/api/v1/import/prometheus'];
  const { status, stdout } = await loadbot(['doctor', workloadOf(1), '--allow_drivers', ...push]);
  expect([status, stdout]).toEqual([113, expect.stringContaining('connect ECONNREFUSED 127.0.0.1:1')]);
});

describe('refuses', () => {
  test.each(['run', 'validate', 'try', 'doctor'])('a driver without the flag: %s', async (command) => {
    const { status, stderr } = await loadbot([command, workloadOf(1)]);
    expect(status).toBe(104);
    expect(stderr).toContain('drivers["line:"]  is code that would run in this process, and is not allowed');
    expect(stderr).toContain('add the flag --allow_drivers if you trust this workload and the driver');
    expect(stderr).toContain('1 problem');
  });

  test('a received workload with a driver', async () => {
    const agent = new Agent(['start-agent', '--port', '0']);
    const [, uri = ''] = await agent.sees(/(http:\/\/127\.0\.0\.1:\d+)/);
    const { status, stderr } = await loadbot(['start', workloadOf(1), '--agent-uri', uri]);
    expect([status, stderr]).toEqual([104, expect.stringContaining('is code that would run in this process')]);
    agent.child.kill('SIGTERM');
    await agent.ended;
  });

  test('a request that the driver cannot send, with its place', async () => {
    const file = workloadOf(1, { command: 'GET a' });
    const { status, stderr } = await loadbot(['validate', file, '--allow_drivers']);
    expect([status, stderr]).toEqual([
      104,
      expect.stringMatching(/load-\w+\.json:10:\d+ +jobs\[0\]\.command +a line server needs a list of words/),
    ]);
  });

  test.each([
    ['no default export', 'export const a = 1;', 'is not a driver: it has no default export'],
    ['a wrong one', 'export default { title: "" };', '`title` must be text; `schemes` must be a list of URL schemes'],
    ['an exception', 'throw new Error("out of cheese");', 'cannot load the driver'],
    ['another scheme', 'export default { title: "X", schemes: ["x:"], create() {} };', 'the driver is for x:'],
    [
      'a missing client library',
      'export default { title: "X", schemes: ["bad:"], create() {}, peer: { name: "no-such-library", major: 2 } };',
      'the driver for bad:// needs the package no-such-library',
    ],
  ])('a module with %s', async (_, text, message) => {
    const [module, file] = ['mjs', 'json'].map(scratchFile) as [string, string];
    writeFileSync(module, text);
    writeFileSync(file, JSON.stringify({ drivers: { 'bad:': module }, connection_string: 'bad://h', jobs: [JOB] }));
    const { status, stderr } = await loadbot(['validate', file, '--allow_drivers']);
    expect([status, stderr]).toEqual([104, expect.stringContaining(message)]);
    expect(stderr).toContain('1 problem');
  });

  test('a missing module, a scheme of the agent and settings that do not apply, all at once', async () => {
    const drivers = { 'a:': './missing.mjs', 'b:': 'no-such-package', 'http:': './x.mjs' };
    const file = scratchFile('json');
    const workload = { drivers, connection_string: 'http://127.0.0.1', driver_options: { a: 1 }, jobs: [JOB] };
    writeFileSync(file, JSON.stringify(workload));
    const { status, stderr } = await loadbot(['validate', file, '--allow_drivers']);
    expect(status).toBe(104);
    for (const message of [
      'the module `./missing.mjs` does not exist',
      'the module `no-such-package` does not exist',
      'install it with "npm install no-such-package"',
      'replaces a driver of the agent',
      '`driver_options` does not apply to HTTP',
    ])
      expect(stderr).toContain(message);
  });
});

const JOB = { type: 'write', collection: 'a', operations: 1 };

test('a package is a driver, with its settings and those of the job', async () => {
  const root = join(folder, 'node_modules/loadbot-driver-echo');
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'package.json'), JSON.stringify({ type: 'module', exports: { import: './echo.js' } }));
  writeFileSync(
    join(root, 'echo.js'),
    `import { LoadbotError } from 'loadbot-agent/driver';
     export default { title: 'Echo', schemes: ['echo:'], create() {}, check({ driverOptions, folder }) {
       throw new LoadbotError('config_invalid', JSON.stringify([driverOptions, folder, Object.isFrozen(driverOptions)]), {
         field: ['driver_options', 'b'],
       });
     } };`,
  );
  const file = join(folder, 'echo.json');
  const job = { ...JOB, driver_options: { b: 2 } };
  const workload = { drivers: { 'echo:': 'loadbot-driver-echo' }, connection_string: 'echo://h', jobs: [job] };
  writeFileSync(file, JSON.stringify({ ...workload, driver_options: { a: 1, b: 1 } }, null, 1));
  const { stderr } = await loadbot(['validate', file, '--allow_drivers']);
  expect(stderr).toContain(`jobs[0].driver_options.b  ${JSON.stringify([{ a: 1, b: 2 }, folder, true])}`);
});

const CONSUMER = `
import { createDriver, failure, type DriverModule, type Exchange, OK, SessionBase, WireMeter } from 'loadbot-agent/driver';
import { checkDriver, driverCases } from 'loadbot-agent/driver/test';

class NoSession extends SessionBase<WireMeter> {
  async open(): Promise<void> {}
  execute(exchange: Exchange): void {
    this.exchange = exchange;
    this.finish(exchange.sequence % 2 === 0 ? OK : failure('driver'));
  }
  protected drop(): void {}
  async close(): Promise<void> {}
}
const driver: DriverModule = {
  title: 'nothing',
  schemes: ['no:'],
  create: ({ timeoutMs }) => createDriver(async () => timeoutMs, (shared) => (shared.toFixed(), new NoSession(new WireMeter()))),
};
export default driver;
const startServer = async () => ({ port: 1, served: () => 0, stop: async () => {} });
const options = { startServer, url: (host: string, port: number) => \`no://\${host}:\${port}\`, command: ['GET', '#sequence'] };
const [fault] = await checkDriver(driver, options);
const message: string = fault?.message ?? driverCases(driver, options).map(({ name }) => name).join();
// @ts-expect-error a fault is text
const wrong: number = fault?.message;
export { message, wrong };
`;

test('the types of the entries compile in a strict project', async () => {
  writeFileSync(join(folder, 'consumer.mts'), CONSUMER);
  const flags = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
  const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
  const tsc = [join(modules, 'typescript/bin/tsc'), ...flags, '--typeRoots', join(modules, '@types'), 'consumer.mts'];
  const { stdout } = await promisify(execFile)(process.execPath, tsc, { cwd: folder }).catch(
    (error: { readonly stdout: string }) => error,
  );
  expect(stdout).toBe('');
});
