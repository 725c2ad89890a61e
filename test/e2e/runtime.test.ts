import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Agent, scratchFile } from './agent.ts';

test('reports a Node version that is too old instead of an internal error', async () => {
  const { status, stdout, stderr } = await new Agent(['--version'], {
    NODE_OPTIONS: '--no-experimental-require-module',
  }).ended;
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toBe(`error: loadbot-agent needs Node 20.19, 22.13 or newer; this is ${process.version}\n`);
});

/** Warns like a future version of a library, at the first output of the program. */
const DEPRECATED = `
  const write = process.stdout.write;
  process.stdout.write = function (...text) {
    process.emitWarning('old', 'DeprecationWarning');
    return write.apply(this, text);
  };`;

test('shows no deprecation warnings of Node', async () => {
  const target = new Agent(['target', '--port', '0'], {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(DEPRECATED)}`,
  });
  await target.sees(/listens on/);
  target.child.kill('SIGTERM');
  expect((await target.ended).stderr).toBe('');
});

describe('a command that cannot be loaded', () => {
  /** Runs the command of a copy that holds the bin files and nothing else; `files` are made beside it, empty. */
  function runCopy(...files: readonly string[]) {
    const root = scratchFile('copy');
    const copied = ['bin/loadbot-agent.js', 'bin/load.cjs'];
    for (const file of [...copied, ...files]) mkdirSync(dirname(join(root, file)), { recursive: true });
    for (const file of copied) copyFileSync(new URL(`../../${file}`, import.meta.url), join(root, file));
    writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
    for (const file of files) writeFileSync(join(root, file), "require('commander');");
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'bin/loadbot-agent.js'), 'run', 'x.jsonc'], {
      encoding: 'utf8',
    });
    return { status, stderr: stderr.replaceAll(`${root}/`, 'ROOT/') };
  }

  const UNBUILT = 'error: loadbot-agent is not built yet\n  to build it, run in ROOT/: npm run setup\n';

  test('is reported with the command that builds a new clone', () => {
    expect(runCopy('src/cli/main.ts')).toEqual({ status: 1, stderr: UNBUILT });
  });

  test('is reported in the same way if only the dependencies are missing', () => {
    expect(runCopy('src/cli/main.ts', 'dist/bundle/cli/main.cjs')).toEqual({ status: 1, stderr: UNBUILT });
  });

  test('asks for a reinstallation of an incomplete package', () => {
    const { status, stderr } = runCopy('dist/bundle/cli/main.cjs');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^error: the installation in ROOT\/ is incomplete: .*commander.*\n {2}to repair it: npm install /,
    );
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });
});
