import { expect, test } from 'vitest';
import { commandWords } from '../../../../src/drivers/redis/command-words.ts';

test.each([
  ['GET key', ['GET', 'key']],
  ['  GET \t key\n', ['GET', 'key']],
  ['SET k "two words" EX 5', ['SET', 'k', 'two words', 'EX', '5']],
  [`SET k 'it says "no"'`, ['SET', 'k', 'it says "no"']],
  ['SET k ""', ['SET', 'k', '']],
  ['ZADD board #int(1, 1000) user:#pick(a b, c)', ['ZADD', 'board', '#int(1, 1000)', 'user:#pick(a b, c)']],
])('%s', (text, words) => {
  expect(commandWords(text)).toEqual(words);
});

test('accepts a list unchanged', () => {
  expect(commandWords(['SET', 'a b', 5])).toEqual(['SET', 'a b', '5']);
});

test.each([[''], [[]], [null], [{}], [['SET', null]], [[['SET']]]])('%j is not a command', (command) => {
  expect(() => commandWords(command)).toThrow('`command` must be the words of a Redis command');
});
