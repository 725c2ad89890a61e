import { expect, test } from 'vitest';
import { Agent } from './agent.ts';

test('a Node that is too old is told apart from a failure of ours', async () => {
  const { status, stdout, stderr } = await new Agent(['--version'], {
    NODE_OPTIONS: '--no-experimental-require-module',
  }).ended;
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toBe(`error: loadbot-agent needs Node 20.19, 22.13 or newer; this is ${process.version}\n`);
});

/** Warns as a library of ours might one day, as soon as the program says something. */
const DEPRECATED = `
  const write = process.stdout.write;
  process.stdout.write = function (...text) {
    process.emitWarning('old', 'DeprecationWarning');
    return write.apply(this, text);
  };`;

test('what Node means to take away is not said to those who run the program', async () => {
  const target = new Agent(['target', '--port', '0'], {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(DEPRECATED)}`,
  });
  await target.sees(/listens on/);
  target.child.kill('SIGTERM');
  expect((await target.ended).stderr).toBe('');
});
