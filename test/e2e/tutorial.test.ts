import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../services/service.ts';
import { Agent } from './agent.ts';

// docs/tutorial.md from top to bottom: its files in a folder, its commands in a shell, with shorter jobs and free ports.

const page = readFileSync(new URL('../../docs/tutorial.md', import.meta.url), 'utf8');
const BIN = fileURLToPath(new URL('../../bin/loadbot-agent.js', import.meta.url));

interface Block {
  readonly language: string;
  readonly text: string;
  /** Name of the file that the paragraph before the block names. */
  readonly file: string | undefined;
}

const blocks: readonly Block[] = [...page.matchAll(/([^\n]*\n(?:[^\n]+\n)*)\n```(jsonc|sh)\n([\s\S]*?)^```$/gm)].map(
  ([, before = '', language = '', text = '']) => ({ language, text, file: /`(\w+\.jsonc)`/.exec(before)?.[1] }),
);

const files = blocks.filter(({ language }) => language === 'jsonc');
const commands = blocks
  .filter(({ language, text }) => language === 'sh' && text.includes('loadbot-agent '))
  .map(({ text }) => text.trim());

describe('docs/tutorial.md', () => {
  let folder = '';
  let moves: Readonly<Record<string, string>> = {};
  let target: Agent;
  const moved = (text: string): string =>
    Object.entries(moves).reduce((moving, [from, to]) => moving.replaceAll(from, to), text);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loadbot-tutorial-'));
    const port = String(await freePort());
    moves = {
      '127.0.0.1:8080': `127.0.0.1:${port}`,
      '"10s"': '"600ms"',
      '"5s"': '"300ms"',
      '"2s"': '"100ms"',
      ' 9095': ' 0',
    };
    // Other tests share the machine: an invalid run would exit with 112.
    const shim = `#!/bin/sh\ncommand=$1\nshift\n[ "$command" != run ] || set -- --allow_invalid "$@"\n`;
    writeFileSync(join(folder, 'loadbot-agent'), `${shim}exec "${process.execPath}" "${BIN}" "$command" "$@"\n`);
    chmodSync(join(folder, 'loadbot-agent'), 0o755);
    const flags = commands.find((text) => text.startsWith('loadbot-agent target'))?.split(' ') ?? [];
    target = new Agent([...flags.slice(1), '--port', port]);
    await target.sees(/http:\/\/127\.0\.0\.1:\d+/);
    for (const { file, text } of files) writeFileSync(join(folder, file ?? ''), moved(text));
  });
  afterAll(() => {
    target.child.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  async function shell(text: string): Promise<{ readonly status: unknown; readonly output: string }> {
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
    const child = spawn('/bin/sh', ['-c', moved(text)], { cwd: folder, env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()));
    const [status] = (await once(child, 'close')) as unknown[];
    return { status, output };
  }

  test('has four workloads and six blocks of commands', () => {
    expect(files.map(({ file }) => file)).toEqual(['load.jsonc', 'orders.jsonc', 'paced.jsonc', 'strict.jsonc']);
    expect(commands.filter((text) => !text.startsWith('loadbot-agent target'))).toHaveLength(6);
  });

  test('its commands work in this order', async () => {
    const seen: string[] = [];
    for (const text of commands.filter((command) => !command.startsWith('loadbot-agent target'))) {
      const { status, output } = await shell(text);
      seen.push(output);
      const expected = Number(/# exit status (\d+)$/.exec(text)?.[1] ?? '0');
      // Two short runs on a busy machine may differ (111), or be too short for a verdict (112).
      if (text.includes(' compare ')) expect([0, 111, 112], output).toContain(status);
      else expect(status, output).toBe(expected);
    }
    const [first = '', orders = '', paced = '', strict = '', compared = ''] = seen;
    expect(first).toMatch(/^ok: load\.jsonc: 2 jobs/m);
    expect(first).toMatch(/reads · read · 10 connections[\s\S]*service time/);
    expect(orders).toMatch(/orders · write[\s\S]*201: \d/);
    expect(paced).toMatch(/reads · read · 20 connections[\s\S]*response time[\s\S]*schedule lag/);
    expect(strict).toContain('thresholds: 1 of 2 held');
    expect(compared).toMatch(/reads +read +p99/);
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('reads');
    expect(seen.at(-1)).toMatch(/\/metrics/);
  });
});
