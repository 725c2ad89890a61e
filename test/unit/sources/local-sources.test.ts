import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import type { SourceOrigin, SourcePlan } from '../../../src/plan/source-plan.ts';
import type { ScrapeAttempt } from '../../../src/sources/attempt.ts';
import { readOnce } from '../../../src/sources/source.ts';
import { sourcePlan } from './source-plan.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'loadbot-sources-'));
  writeFileSync(join(folder, 'page.prom'), 'a 1\nb{c="d"} 2\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(origin: SourceOrigin, changes: Partial<SourcePlan> = {}): Promise<ScrapeAttempt> {
  return readOnce(sourcePlan(origin, changes), systemClock());
}

function run(script: string, changes: Partial<SourcePlan> = {}): Promise<ScrapeAttempt> {
  return read({ kind: 'command', words: [process.execPath, '-e', script], directory: folder }, changes);
}

describe('a file', () => {
  it('is read', async () => {
    const attempt = await read({ kind: 'file', path: join(folder, 'page.prom') });
    expect(attempt).toMatchObject({ status: 'success', statusCode: 0, bytes: 15 });
    expect(attempt.reading?.values.map(({ value }) => value)).toEqual([1, 2]);
  });

  it('that is missing, or not a regular file, is refused', async () => {
    const missing = await read({ kind: 'file', path: join(folder, 'nothing') });
    expect(missing).toMatchObject({ status: 'refused', statusCode: 0 });
    expect(missing.reason).toContain('no such file');
    expect(await read({ kind: 'file', path: '/dev/zero' })).toMatchObject({
      status: 'refused',
      reason: '/dev/zero is not a regular file',
    });
  });

  it('that is too large is refused', async () => {
    const attempt = await read({ kind: 'file', path: join(folder, 'page.prom') }, { maxBytes: 14 });
    expect(attempt).toMatchObject({ status: 'parse', reading: undefined });
  });
});

describe('a command', () => {
  it('runs in the directory of the workload, and its output is read', async () => {
    const attempt = await run(`process.stdout.write(fs.readFileSync('page.prom'))`);
    expect(attempt).toMatchObject({ status: 'success', statusCode: 0 });
    expect(attempt.reading?.values.map(({ value }) => value)).toEqual([1, 2]);
  });

  it('that fails is refused, with its error output', async () => {
    const failed = await run(`console.log('a 1'); console.error('no\\nway'); process.exit(3)`);
    expect(failed).toMatchObject({ status: 'refused', reading: undefined });
    expect(failed.reason).toMatch(/ exited with 3: no$/);
    const missing = await read({ kind: 'command', words: ['./nothing'], directory: folder });
    expect(missing).toMatchObject({ status: 'refused', reason: expect.stringContaining('cannot run ./nothing') });
    const killed = await run(`process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 10000)`);
    expect(killed.reason).toContain('was killed by SIGTERM');
  });

  it('that echoes a secret is shown without it', async () => {
    const secret = `t0ken${'x'.repeat(2000)}`;
    const script = `console.error('no entry for ' + process.argv[1] + ', ask'); process.exit(1)`;
    const attempt = await read({ kind: 'command', words: [process.execPath, '-e', script, secret], directory: folder });
    expect(attempt.reason).toMatch(/ exited with 1: no entry for \*\*\*, ask$/);
    const printed = await read({
      kind: 'command',
      words: [process.execPath, '-e', 'console.log(process.argv[1])', '{t0ken'],
      directory: folder,
    });
    expect(JSON.stringify(printed)).not.toContain('t0ken');
  });

  it('that does not end is killed, with its child processes', async () => {
    const mark = join(folder, 'alive');
    const child = `setInterval(() => require('fs').writeFileSync(${JSON.stringify(mark)}, String(Date.now())), 20)`;
    const script = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });`;
    const attempt = await run(`${script} setInterval(() => console.log('a 1'), 20)`, { timeoutMs: 1500 });
    expect(attempt).toMatchObject({ status: 'timeout', reading: undefined });
    await sleep(100);
    const size = async (): Promise<string> => (await import('node:fs/promises')).readFile(mark, 'utf8').catch(() => '');
    const last = await size();
    await sleep(150);
    expect(await size()).toBe(last);
  });

  it('that prints endlessly is stopped at max_bytes', async () => {
    const attempt = await run(`setInterval(() => process.stdout.write('a 1\\n'.repeat(10000)), 1)`, {
      maxBytes: 100_000,
    });
    expect(attempt).toMatchObject({ status: 'parse', reading: undefined });
    expect(attempt.bytes).toBeLessThan(1_000_000);
  });
});
