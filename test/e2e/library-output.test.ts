import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Agent, scratchFile, workloadFile } from './agent.ts';

const WORKLOAD = {
  connection_string: 'embedded:',
  jobs: [{ name: 'job', type: 'write', collection: 'c', pace: 50, duration: '3s' }],
};

/** Writes as libraries do, in every thread, while the load runs. */
const NOISY = `
import { EventEmitter } from 'node:events';
import { isMainThread, threadId } from 'node:worker_threads';
setTimeout(() => {
  process.emitWarning('canary of a warning', 'LibraryWarning');
  process.emitWarning('canary of a deprecation', 'DeprecationWarning', 'DEP_CANARY');
  const emitter = new EventEmitter();
  for (let i = 0; i < 11; i++) emitter.on('x', () => {});
  console.log('canary of console.log\\nsecond line', { a: [1] });
  console.error('canary of console.error');
  if (!isMainThread) process.stderr.write('canary of a write\\n');
}, 1500).unref();
`;

/** An error outside of all promises in the main thread, as soon as a file exists. */
const FAULTY = `
import { existsSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
const fail = () => FAULT;
const timer = isMainThread && setInterval(() => {
  if (!existsSync(process.env.FAULT_FILE)) return;
  clearInterval(timer);
  fail();
}, 20);
if (timer) timer.unref();
`;

function preload(code: string): { readonly NODE_OPTIONS: string } {
  const path = scratchFile('mjs');
  writeFileSync(path, code);
  return { NODE_OPTIONS: `--import=${path}` };
}

interface LogRecord {
  readonly level: string;
  readonly message: string;
  readonly source?: string;
  readonly thread?: string;
  readonly stack?: string;
}

/** Every line is a record. */
function recordsOf(stderr: string): readonly LogRecord[] {
  return stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogRecord);
}

describe('output of Node and of libraries', () => {
  test('is one record for each message in a JSON log, and nothing on standard output', async () => {
    const args = ['run', workloadFile(WORKLOAD), '--log-format', 'json', '--out', '-'];
    const { status, stdout, stderr } = await new Agent(args, preload(NOISY)).ended;
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'loadbot_result' });
    const foreign = recordsOf(stderr).filter(({ source }) => source === 'library');
    for (const thread of [undefined, 'load 0', 'embedded target']) {
      const messages = foreign.filter((record) => record.thread === thread).map(({ message }) => message);
      expect(messages, thread).toEqual([
        'canary of console.log second line { a: [ 1 ] }',
        'canary of console.error',
        ...(thread === undefined ? [] : ['canary of a write']),
        'LibraryWarning: canary of a warning',
        expect.stringMatching(/^MaxListenersExceededWarning: Possible EventEmitter memory leak detected/),
      ]);
    }
    expect(new Set(foreign.map(({ level }) => level))).toEqual(new Set(['warn']));
  });

  test('is one line for each message in a text log', async () => {
    const { stderr } = await new Agent(['run', workloadFile(WORKLOAD)], preload(NOISY)).ended;
    expect(stderr.match(/canary of console\.log/g)).toHaveLength(3);
    for (const line of stderr.split('\n').filter((one) => one.includes('canary'))) {
      expect(line).toMatch(/^\d\d:\d\d:\d\d WARN {2}/);
    }
    expect(stderr).not.toContain('--trace-warnings');
  });
});

describe('an error outside of all promises', () => {
  test.each([
    ['an exception', "{ throw new Error('canary fault') }"],
    ['a rejection', "void Promise.reject(new Error('canary fault'))"],
    ['a rejection without an error', "void Promise.reject('canary fault')"],
  ])('%s is one record of a JSON log, of a run and of an agent', async (_, fault) => {
    const endedBy = async (seen: RegExp, args: readonly string[]) => {
      const file = scratchFile('fault');
      const agent = new Agent(args, { ...preload(FAULTY.replace('FAULT', fault)), FAULT_FILE: file });
      await agent.sees(seen);
      writeFileSync(file, '');
      const { status, stdout, stderr } = await agent.ended;
      const errors = recordsOf(stderr).filter(({ level }) => level === 'error');
      expect(status).toBe(1);
      expect(errors).toEqual([
        expect.objectContaining({
          message: expect.stringContaining('canary fault'),
        }),
      ]);
      return stdout;
    };
    const json = ['--log-format', 'json'];
    const result = await endedBy(/"message":"run \w+ of/, ['run', workloadFile(WORKLOAD), '--out', '-', ...json]);
    expect(JSON.parse(result)).toMatchObject({ kind: 'loadbot_result', end: 'failed' });
    expect(await endedBy(/is idle/, ['start-agent', '--port', '0', ...json])).toBe('');
  });
});

test('an error that ends a command before its log is open is a record of a JSON log', async () => {
  const wrong = workloadFile({ ...WORKLOAD, jobs: [{ type: 'write', pase: 5 }] });
  const { status, stderr } = await new Agent(['run', wrong, '--log-format', 'json']).ended;
  expect(status).toBe(104);
  const [record, ...others] = recordsOf(stderr);
  expect(others).toEqual([]);
  expect(record).toMatchObject({
    level: 'error',
    code: 'config_invalid',
    problems: expect.stringContaining('`pase` is not a known field'),
  });
});
