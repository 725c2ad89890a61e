import { openSync } from 'node:fs';
import { WriteStream } from 'node:tty';
import { expect, test } from 'vitest';
import { Terminal, openTerminal } from '../../../../src/reports/terminal/terminal.ts';
import { FakeTerminal, fakePipe } from '../../../fake-terminal.ts';

test('redirects lines while captured, and restores the stream afterwards', () => {
  const { screen, text } = fakePipe();
  const taken: string[] = [];
  screen.writeLine('before');
  const giveBack = screen.redirectLines((line) => taken.push(line));
  screen.writeLine('during');
  giveBack();
  screen.writeLine('after');
  expect(text()).toBe('before\nafter\n');
  expect(taken).toEqual(['during']);
});

test('keeps the last column of a terminal free, and cuts no text in a pipe', () => {
  const terminal = new FakeTerminal();
  const screen = terminal.screen();
  expect(screen.columns).toBe(79);
  terminal.columns = 120;
  expect(screen.columns).toBe(119);
  expect(fakePipe().screen.columns).toBe(Infinity);
});

test('uses colors only if supported', () => {
  expect(new FakeTerminal().screen(true).style('red', 'x')).toBe('\u001b[31mx\u001b[39m');
  expect(new FakeTerminal().screen(false).style('red', 'x')).toBe('x');
});

test('recognizes a stream that is not a terminal', () => {
  const stream = Object.assign(Object.create(WriteStream.prototype) as WriteStream, { fd: openSync('/dev/null', 'w') });
  const screen = openTerminal(stream, {});
  expect(screen).toBeInstanceOf(Terminal);
  expect([screen.isTerminal, screen.style('red', 'x')]).toEqual([false, 'x']);
});
