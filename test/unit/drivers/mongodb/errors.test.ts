import { MongoClientClosedError, MongoNetworkError, MongoNetworkTimeoutError, MongoServerError } from 'mongodb';
import { expect, test } from 'vitest';
import { isConnectionClosedError, classifyMongoError, WriteError } from '../../../../src/drivers/mongodb/errors.ts';

function systemError(code: string, extra: object = {}): Error {
  return Object.assign(new Error(code), { code }, extra);
}

test.each([
  [11000, 'duplicate_key'],
  [112, 'serialization'],
  [16_777_220, 'serialization'],
  [24, 'lock_timeout'],
  [18, 'authentication'],
  [13, 'authentication'],
  [26, 'missing_table'],
  [121, 'constraint'],
  [59, 'syntax'],
  [10107, 'read_only'],
  [146, 'out_of_memory'],
  [8, undefined],
])('the server code %i has the detail %s', (code, detail) => {
  expect(classifyMongoError(new MongoServerError({ message: 'no', code }))).toEqual({ errorClass: 'driver', detail });
  expect(classifyMongoError(new WriteError(code, 'no'))).toEqual({ errorClass: 'driver', detail });
});

test.each([
  [50, 'timeout'],
  [91, 'reset'],
  [11600, 'reset'],
])('the server code %i is a %s', (code, errorClass) => {
  expect(classifyMongoError(new MongoServerError({ message: 'no', code }))).toEqual({ errorClass, detail: undefined });
});

test.each([
  ['refused', systemError('ECONNREFUSED')],
  ['reset', systemError('ECONNRESET')],
  ['dns', systemError('ENOTFOUND')],
  ['tls', systemError('DEPTH_ZERO_SELF_SIGNED_CERT')],
])('a network error is %s if its cause is', (errorClass, cause) => {
  expect(classifyMongoError(new MongoNetworkError('it broke', { cause })).errorClass).toBe(errorClass);
});

test('a connection that ended, or was ended because of another, is a reset', () => {
  expect(classifyMongoError(new MongoNetworkError('connection 3 to h closed')).errorClass).toBe('reset');
  expect(classifyMongoError(new MongoClientClosedError()).errorClass).toBe('reset');
});

test('a connection closed by the library has no separate reason', () => {
  expect(isConnectionClosedError(new MongoClientClosedError())).toBe(true);
  expect(isConnectionClosedError(new MongoNetworkError('connection 3 to h closed'))).toBe(false);
  expect(isConnectionClosedError('closed')).toBe(false);
});

test('a slow network is a timeout', () => {
  expect(classifyMongoError(new MongoNetworkTimeoutError('it took too long')).errorClass).toBe('timeout');
});

test('a failed server selection has the reason of the first server', () => {
  const servers = new Map([['h:1', { error: new MongoNetworkError('no', { cause: systemError('ECONNREFUSED') }) }]]);
  const error = Object.assign(new Error('no server'), { name: 'MongoServerSelectionError', reason: { servers } });
  expect(classifyMongoError(error).errorClass).toBe('refused');
  servers.clear();
  expect(classifyMongoError(error).errorClass).toBe('timeout');
});

test('a seed list without a DNS record has the class dns', () => {
  expect(classifyMongoError(systemError('ENODATA', { syscall: 'querySrv' })).errorClass).toBe('dns');
});

test('other errors have the class driver', () => {
  expect(classifyMongoError(new Error('what?'))).toEqual({ errorClass: 'driver', detail: undefined });
  expect(classifyMongoError('what?')).toEqual({ errorClass: 'driver', detail: undefined });
});
