import { describe, expect, test } from 'vitest';
import { isFatal, isForeignServer, isStale, classifyPostgresError } from '../../../../src/drivers/postgres/errors.ts';
import { ClassifiedError } from '../../../../src/drivers/classify-error.ts';

/** As the client library creates them from the server's data. */
function serverError(code: string, more: object = {}): Error {
  return Object.assign(new Error('said the server'), { severity: 'ERROR', code, ...more });
}

test.each([
  ['23505', 'driver', 'duplicate_key'],
  ['23503', 'driver', 'constraint'],
  ['25006', 'driver', 'read_only'],
  ['28P01', 'driver', 'authentication'],
  ['28000', 'driver', 'authentication'],
  ['3D000', 'driver', 'missing_database'],
  ['40001', 'driver', 'serialization'],
  ['40P01', 'driver', 'deadlock'],
  ['42601', 'driver', 'syntax'],
  ['42703', 'driver', 'syntax'],
  ['42501', 'driver', undefined],
  ['42P01', 'driver', 'missing_table'],
  ['53200', 'driver', 'out_of_memory'],
  ['53300', 'driver', 'too_many_connections'],
  ['55P03', 'driver', 'lock_timeout'],
  ['57014', 'timeout', undefined],
  ['57P01', 'reset', undefined],
  ['57P03', 'refused', undefined],
  ['08006', 'reset', undefined],
  ['22012', 'driver', undefined],
])('SQLSTATE %s is %s, %s', (code, errorClass, detail) => {
  expect(classifyPostgresError(serverError(code))).toEqual({ errorClass, detail, alreadyExists: false });
});

describe('errors that are not from the server', () => {
  test.each([
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'refused'],
    // Five letters, like a SQLSTATE.
    [Object.assign(new Error('write'), { code: 'EPIPE' }), 'reset'],
    [new Error('Connection terminated unexpectedly'), 'reset'],
    [new Error('The server does not support SSL connections'), 'tls'],
    [new Error('received invalid response: 21'), 'protocol'],
    [new ClassifiedError('timeout', 'no connection'), 'timeout'],
    ['no error at all', 'driver'],
  ])('%s is %s', (error, errorClass) => {
    expect(classifyPostgresError(error).errorClass).toBe(errorClass);
  });

  test('a missing password is an authentication failure', () => {
    const error = new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string');
    expect(classifyPostgresError(error)).toMatchObject({ errorClass: 'driver', detail: 'authentication' });
  });
});

test('detects objects that exist already, also with concurrent creation', () => {
  expect(classifyPostgresError(serverError('42P07')).alreadyExists).toBe(true);
  expect(classifyPostgresError(serverError('23505', { schema: 'pg_catalog' })).alreadyExists).toBe(true);
  expect(classifyPostgresError(serverError('23505', { schema: 'public' })).alreadyExists).toBe(false);
  expect(classifyPostgresError(serverError('42710', { message: 'type "users" already exists' })).alreadyExists).toBe(
    true,
  );
  expect(classifyPostgresError(serverError('42710', { message: 'role "users" already exists' })).alreadyExists).toBe(
    false,
  );
});

test('closes the connection on fatal errors, and prepares stale statements again', () => {
  expect(isFatal(serverError('57P01', { severity: 'FATAL' }))).toBe(true);
  expect(isFatal(serverError('23505'))).toBe(false);
  expect(isStale(serverError('0A000'))).toBe(true);
  expect(isStale(serverError('26000'))).toBe(false);
  expect(isStale(serverError('23505'))).toBe(false);
});

test('an unknown or existing prepared statement indicates a pooler', () => {
  expect(['26000', '42P05', '0A000', '42601'].map((code) => isForeignServer(serverError(code)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
