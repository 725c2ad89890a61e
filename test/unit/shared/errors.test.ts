import { expect, test } from 'vitest';
import { LoadbotError, messageOf } from '../../../src/shared/errors.ts';

test('a LoadbotError carries its code, hint, problems and cause', () => {
  const cause = new Error('EADDRINUSE');
  const error = new LoadbotError('port_in_use', 'port 9090 is taken', {
    hint: 'choose another',
    problems: [{ message: 'taken', path: 'agent.port' }],
    cause,
  });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'LoadbotError',
    code: 'port_in_use',
    message: 'port 9090 is taken',
    hint: 'choose another',
    problems: [{ message: 'taken', path: 'agent.port' }],
    cause,
  });
});

test('has no problems, hint and cause without options', () => {
  const error = new LoadbotError('internal', 'oops');
  expect(error.problems).toEqual([]);
  expect(error.hint).toBeUndefined();
  expect('cause' in error).toBe(false);
});

test.each([
  [new Error('refused'), 'refused'],
  [new TypeError(''), 'TypeError'],
  [new AggregateError([new Error('connect ECONNREFUSED ::1:80'), new Error('second')]), 'connect ECONNREFUSED ::1:80'],
  [new AggregateError([new Error('inner')], 'outer'), 'outer'],
  [new AggregateError([]), 'AggregateError'],
  ['text', 'text'],
  [{ message: 'looks like an error' }, 'looks like an error'],
  [{ code: 7 }, '{ code: 7 }'],
  [Object.create(null), '[Object: null prototype] {}'],
  [42, '42'],
  [undefined, 'unknown error'],
  [null, 'unknown error'],
  ['', 'unknown error'],
])('messageOf(%o) is %s', (thrown, message) => {
  expect(messageOf(thrown)).toBe(message);
});
