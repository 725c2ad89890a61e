import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderBash } from '../../../src/cli/completion/bash.ts';
import { allCommands, readCommands } from '../../../src/cli/completion/completed-command.ts';
import { renderFish } from '../../../src/cli/completion/fish.ts';
import { renderZsh } from '../../../src/cli/completion/zsh.ts';
import { BASH, FISH, SCRIPT, ZSH } from '../../needs.ts';
import { testWith } from '../../services/binary.ts';
import { allOf, commandLine } from './command-line.ts';

const run = promisify(execFile);
const { program } = commandLine();
const commands = readCommands(program);
const directory = mkdtempSync(join(tmpdir(), 'completion-'));
const script = (shell: string): string => join(directory, `script.${shell}`);

beforeAll(() => {
  writeFileSync(script('bash'), renderBash(commands));
  writeFileSync(script('zsh'), renderZsh(commands));
  writeFileSync(script('fish'), renderFish(commands));
  writeFileSync(join(directory, 'load.jsonc'), '{}');
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Words that bash completes at the end of a command line, as it calls the function of `complete`. */
async function completeInBash(...words: readonly string[]): Promise<readonly string[]> {
  const code = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 ))
[[ $(complete -p loadbot-agent) == *'-F _loadbot_agent'* ]] && { _loadbot_agent; printf '%s\\n' "\${COMPREPLY[@]}"; }`;
  const { stdout } = await run('bash', ['-c', code, 'bash', script('bash'), 'loadbot-agent', ...words]);
  return stdout.split('\n').filter(Boolean);
}

testWith([BASH], 'bash completes commands, flags and values', async () => {
  expect(await completeInBash('sta')).toEqual(['start-agent', 'start', 'status']);
  expect(await completeInBash('run', '--agents')).toEqual(['--agents', '--agents_within']);
  expect(await completeInBash('run', '--on_lost', '')).toEqual(['stop', 'continue']);
  expect(await completeInBash('run', 'load.jsonc', '--on_lost', '=', 'st')).toEqual(['stop']);
  expect(await completeInBash('profiles', '')).toEqual(['show', 'check']);
  expect(await completeInBash('profiles', 'show', '--he')).toEqual(['--help']);
  expect(await completeInBash('debug', '')).toEqual(['on', 'off']);
  // Bash completes files where the function has no words.
  expect(await completeInBash('report', '')).toEqual([]);
  expect(await completeInBash('unknown', '--fl')).toEqual([]);
});

testWith([BASH, SCRIPT], 'bash completes at the press of a key', async () => {
  const shell = spawn('script', ['-qec', 'bash --norc --noprofile -i', '/dev/null'], { cwd: directory });
  let seen = '';
  shell.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
  shell.stdin.write(`source script.bash; loadbot-agent() { printf '<%s>' "$@"; }\n`);
  shell.stdin.write('loadbot-agent start-a\t--trus\tkey\n');
  shell.stdin.write('loadbot-agent report lo\t\n');
  shell.stdin.write('exit\n');
  await once(shell, 'close');
  expect(seen).toContain('<start-agent><--trust><key>');
  expect(seen).toContain('<report><load.jsonc>');
});

for (const shell of [BASH, ZSH, FISH]) {
  const { name } = shell;
  testWith([shell], `${name} accepts its script`, async () => {
    expect(await run(name, ['-n', script(name)])).toMatchObject({ stdout: '', stderr: '' });
  });
}

testWith([FISH], 'fish completes commands, flags and values', async () => {
  const complete = async (line: string): Promise<readonly string[]> => {
    const code = `source ${script('fish')}; complete -C '${line}'`;
    const { stdout } = await run('fish', ['--no-config', '-c', code], { cwd: directory });
    return stdout
      .split('\n')
      .map((row) => row.split('\t')[0] ?? '')
      .filter(Boolean);
  };
  expect(await complete('loadbot-agent sta')).toEqual(['start', 'start-agent', 'status']);
  expect(await complete('loadbot-agent run --on_lost ')).toEqual(['continue', 'stop']);
  expect(await complete('loadbot-agent profiles ')).toEqual(['check', 'show']);
  expect(await complete('loadbot-agent report lo')).toEqual(['load.jsonc']);
});

test('every script has every command and every shown flag', () => {
  const [bash, zsh, fish] = [renderBash(commands), renderZsh(commands), renderFish(commands)];
  const shown = allOf(program).filter((command) => command !== program);
  expect(allCommands(commands).map(({ path }) => path.at(-1))).toEqual(
    expect.arrayContaining(shown.map((command) => command.name())),
  );
  for (const command of shown) {
    for (const { long, hidden } of command.options) {
      if (hidden || long === undefined) continue;
      expect(bash).toMatch(new RegExp(`[ '|]${long}[ '|)]`));
      expect(zsh).toContain(long);
      expect(fish).toContain(`-l ${long.slice(2)} `);
    }
  }
});
