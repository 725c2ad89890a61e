import { ErrorReply, SocketClosedUnexpectedlyError, ConnectionTimeoutError } from 'redis';
import { expect, test } from 'vitest';
import { classifyConnectionLoss, classifyErrorReply, invalidReplyError } from '../../../../src/drivers/redis/errors.ts';

test.each([
  ['WRONGPASS invalid username-password pair or user is disabled.', 'authentication'],
  ['NOAUTH Authentication required.', 'authentication'],
  ["NOPERM this user has no permissions to run the 'set' command", 'authentication'],
  ['ERR AUTH <password> called without any password configured for the default user.', 'authentication'],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'out_of_memory'],
  ["READONLY You can't write against a read only replica.", 'read_only'],
  ['ERR max number of clients reached', 'too_many_connections'],
  ['ERR DB index is out of range', 'missing_database'],
  ["ERR unknown command 'SETT', with args beginning with: ", 'syntax'],
  ["ERR wrong number of arguments for 'get' command", 'syntax'],
  ['WRONGTYPE Operation against a key holding the wrong kind of value', undefined],
])('%s', (message, detail) => {
  expect(classifyErrorReply(new ErrorReply(message))).toEqual({ errorClass: 'driver', detail });
});

test('a lost connection has the class of its cause', () => {
  const classOf = (error: unknown): string => classifyConnectionLoss(error).errorClass;
  expect(classOf(new SocketClosedUnexpectedlyError())).toBe('reset');
  expect(classOf(new ConnectionTimeoutError())).toBe('timeout');
  expect(classOf(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }))).toBe('refused');
  expect(classOf(invalidReplyError(new Error('Unexpected token')))).toBe('protocol');
});

test('a starting server counts as unavailable', () => {
  const error = new ErrorReply('LOADING Redis is loading the dataset in memory');
  expect(classifyErrorReply(error)).toEqual({ errorClass: 'refused', detail: undefined });
});
