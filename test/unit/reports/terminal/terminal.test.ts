import { openSync } from 'node:fs';
import { WriteStream } from 'node:tty';
import { expect, test } from 'vitest';
import { Terminal, openTerminal } from '../../../../src/reports/terminal/terminal.ts';
import { FakeTerminal, fakePipe } from '../../../fake-terminal.ts';

test('lines go to whoever has taken them, and back to the stream when they are given back', () => {
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

test('a terminal keeps its last column free, and a pipe cuts nothing', () => {
  const terminal = new FakeTerminal();
  const screen = terminal.screen();
  expect(screen.columns).toBe(79);
  terminal.columns = 120;
  expect(screen.columns).toBe(119);
  expect(fakePipe().screen.columns).toBe(Infinity);
});

test('colors only where there are some', () => {
  expect(new FakeTerminal().screen(true).style('red', 'x')).toBe('\u001b[31mx\u001b[39m');
  expect(new FakeTerminal().screen(false).style('red', 'x')).toBe('x');
});

test('a stream that is no terminal is known as none', () => {
  const stream = Object.assign(Object.create(WriteStream.prototype) as WriteStream, { fd: openSync('/dev/null', 'w') });
  const screen = openTerminal(stream, {});
  expect(screen).toBeInstanceOf(Terminal);
  expect([screen.isTerminal, screen.style('red', 'x')]).toEqual([false, 'x']);
});
