import { describe, expect, test } from 'vitest';
import { isFatal, isStale, classifyMysqlError } from '../../../../src/drivers/mysql/errors.ts';

/** As the client library creates them from the server's data. */
function serverError(errno: number, more: object = {}): Error {
  return Object.assign(new Error('said the server'), { errno, code: 'ER_SOMETHING', ...more });
}

test.each([
  [1062, 'driver', 'duplicate_key'],
  [1213, 'driver', 'deadlock'],
  [1205, 'driver', 'lock_timeout'],
  [1040, 'driver', 'too_many_connections'],
  [1203, 'driver', 'too_many_connections'],
  [1045, 'driver', 'authentication'],
  [1049, 'driver', 'missing_database'],
  [1146, 'driver', 'missing_table'],
  [1452, 'driver', 'constraint'],
  [1064, 'driver', 'syntax'],
  [1290, 'driver', 'read_only'],
  [1041, 'driver', 'out_of_memory'],
  [1365, 'driver', undefined],
  [1969, 'timeout', undefined],
  [3024, 'timeout', undefined],
  [1053, 'reset', undefined],
  [1927, 'reset', undefined],
  [3159, 'tls', undefined],
])('error %i is %s, %s', (errno, errorClass, detail) => {
  expect(classifyMysqlError(serverError(errno))).toEqual({ errorClass, detail, alreadyExists: false });
});

describe('errors that are not from the server', () => {
  test.each([
    [{ code: 'ECONNREFUSED', errno: -111 }, 'refused'],
    [{ code: 'ECONNRESET', errno: -104, fatal: true }, 'reset'],
    [{ code: 'ENOTFOUND', errno: -3008 }, 'dns'],
    [{ code: 'PROTOCOL_CONNECTION_LOST', fatal: true }, 'reset'],
    [{ code: 'HANDSHAKE_NO_SSL_SUPPORT', fatal: true }, 'tls'],
    [{ code: 'HANDSHAKE_SSL_ERROR', fatal: true }, 'tls'],
    [{ code: 'PROTOCOL_UNEXPECTED_PACKET', fatal: true }, 'protocol'],
  ])('%j is %s', (more, errorClass) => {
    const error = Object.assign(new Error('said the library'), more);
    expect(classifyMysqlError(error)).toEqual({ errorClass, detail: undefined, alreadyExists: false });
  });
});

test('detects objects that exist already', () => {
  expect(classifyMysqlError(serverError(1061)).alreadyExists).toBe(true);
  expect(classifyMysqlError(serverError(1050)).alreadyExists).toBe(true);
});

test('closes the connection on fatal errors, and prepares stale statements again', () => {
  expect(isFatal(serverError(1927, { fatal: true }))).toBe(true);
  expect(isFatal(serverError(1062))).toBe(false);
  expect(isStale(serverError(1243))).toBe(true);
  expect(isStale(serverError(1062))).toBe(false);
});
