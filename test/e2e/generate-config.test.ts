import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { SCRIPT } from '../needs.ts';
import { testWith } from '../services/binary.ts';
import { loadbot, scratchFile } from './agent.ts';

const BIN = fileURLToPath(new URL('../../bin/loadbot-agent.js', import.meta.url));

test('writes a valid file with comments, which is not overwritten without --force', async () => {
  const out = scratchFile('jsonc');
  const args = [
    'generate-config',
    '--url',
    'http://127.0.0.1:9/a?b=c',
    '--rate',
    '200',
    '--duration',
    '1m',
    '--out',
    out,
  ];
  const written = await loadbot([...args, '--threshold', 'p(99) < 200ms', '--metrics_export_port', '9095']);
  expect(written).toMatchObject({ status: 0, stdout: '', stderr: expect.stringContaining(`wrote ${out}`) as string });
  const text = readFileSync(out, 'utf8');
  expect(text.match(/^ *\/\/ /gm)?.length).toBeGreaterThan(4);
  expect(text).toContain('"path": "/a?b=c"');
  const checked = await loadbot(['validate', out]);
  expect(checked.status).toBe(0);
  expect(checked.stdout).toMatch(/200\/s/);

  const refused = await loadbot(args);
  expect(refused).toMatchObject({ status: 104, stderr: expect.stringContaining(`${out} exists`) as string });
  expect(readFileSync(out, 'utf8')).toBe(text);
  expect((await loadbot([...args, '--force', '--rate', '7'])).status).toBe(0);
  expect(readFileSync(out, 'utf8')).toContain('"pace": 7');
});

test.each([
  ['http://127.0.0.1:9/', 'post'],
  ['embedded:', 'write'],
  ['postgres://u@127.0.0.1/d', 'read'],
  ['mysql://u@127.0.0.1/d', 'mixed'],
  ['mongodb://127.0.0.1/d', 'mixed'],
  ['redis://127.0.0.1/0', 'read'],
])('writes a file for %s and the job %s that validate accepts', async (url, job) => {
  const { status, stdout } = await loadbot(['generate-config', '--url', url, '--job', job, '--out', '-']);
  expect(status).toBe(0);
  expect(await loadbot(['validate', '-'], stdout)).toMatchObject({ status: 0 });
});

test('reports all problems by their flags, and writes no password', async () => {
  const bad = await loadbot([
    'generate-config',
    '--url',
    'http://h/',
    '--rate',
    'fast',
    '--duration',
    '5',
    '--out',
    '-',
  ]);
  expect(bad).toMatchObject({ status: 104, stdout: '' });
  expect(bad.stderr).toMatch(/--rate +must be a number of requests[\s\S]*--duration +must be a duration/);
  const other = await loadbot(['generate-config', '--url', 'kafka://h', '--out', '-']);
  expect(other.stderr).toContain('`kafka:` is not a target that generate-config can write');
  expect((await loadbot(['generate-config'])).stderr).toContain('the URL of the target is missing');
  const secret = await loadbot(['generate-config', '--url', 'postgres://me:s3cret@h/d', '--out', '-']);
  expect(secret.stdout).toContain('postgres://me:${TARGET_PASSWORD}@h/d');
  expect(secret.stdout).not.toContain('s3cret');
});

/** Types lines into the command in a terminal, each after the text that asks for it. */
async function type(dialog: readonly (readonly [question: string, answer: string])[]) {
  const cwd = mkdtempSync(join(tmpdir(), 'loadbot-wizard-'));
  const child = spawn('script', ['-qec', `${process.execPath} ${BIN} generate-config`, '/dev/null'], { cwd });
  onTestFinished(() => void child.kill('SIGKILL'));
  let seen = '';
  let asked = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    seen += chunk.toString();
    for (;;) {
      const [question, answer] = dialog[asked] ?? [];
      const at = question === undefined ? -1 : seen.indexOf(question);
      if (question === undefined || at === -1) return;
      seen = seen.slice(at + question.length);
      asked++;
      child.stdin.write(answer ?? '');
    }
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { cwd, status, asked, seen };
}

testWith([SCRIPT], 'asks in a terminal, again after a refused answer, and writes the file', async () => {
  const { cwd, status, asked } = await type([
    ['URL of the target: ', '127.0.0.1:9\n'],
    ['is not a target that generate-config can write', ''],
    ['URL of the target: ', 'http://127.0.0.1:9/shop\n'],
    ['kind of job: get, post [get]: ', '\n'],
    ['as fast as possible: ', 'quick\n'],
    ['must be a number of requests per second', ''],
    ['as fast as possible: ', '50\n'],
    ['connections [10]: ', '3\n'],
    ['duration [30s]: ', '10s\n'],
    ['limits that the run has to meet; none: - [p(99) < 500ms, error_rate < 1%]: ', '\n'],
    ['empty: none: ', '9095\n'],
    ['file to write [load.jsonc]: ', '\n'],
    ['wrote load.jsonc', ''],
  ]);
  expect([status, asked]).toEqual([0, 13]);
  const text = readFileSync(join(cwd, 'load.jsonc'), 'utf8');
  expect(text).toContain('"pace": 50');
  expect(text).toContain('"connections": 3');
  expect(text).toContain('"thresholds": ["p(99) < 500ms", "error_rate < 1%"]');
  expect(text).toContain('"metrics_export_port": 9095');
  expect((await loadbot(['validate', join(cwd, 'load.jsonc')])).status).toBe(0);
});

testWith(
  [SCRIPT],
  'asks for another name than that of a file that exists, and writes nothing after Ctrl-C',
  async () => {
    const existing = scratchFile('jsonc');
    writeFileSync(existing, 'mine');
    const { cwd, status, asked } = await type([
      ['URL of the target: ', 'embedded:\n'],
      ['[write]: ', '\n'],
      ['as fast as possible: ', '\n'],
      ['connections [10]: ', '\n'],
      ['duration [30s]: ', '\n'],
      ['[p(99) < 500ms, error_rate < 1%]: ', '-\n'],
      ['empty: none: ', '\n'],
      ['file to write [load.jsonc]: ', `${existing}\n`],
      ['exists', ''],
      ['file to write [load.jsonc]: ', '\u0003'],
      ['no answer: nothing was written', ''],
    ]);
    expect([status, asked]).toEqual([104, 11]);
    expect(readFileSync(existing, 'utf8')).toBe('mine');
    expect(existsSync(join(cwd, 'load.jsonc'))).toBe(false);
  },
);
