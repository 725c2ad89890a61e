import { expect, test } from 'vitest';
import type { ErrorClass } from '../../../src/shared/outcome.ts';
import { ClassifiedError, classifyError } from '../../../src/drivers/classify-error.ts';

// Classes that are easily caused for real are tested by causing them: see http/failures.test.ts, http/tls.test.ts and the contract.
test.each<[code: string, errorClass: ErrorClass]>([
  ['ECONNREFUSED', 'refused'],
  ['ENETUNREACH', 'refused'],
  ['EHOSTUNREACH', 'refused'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
  ['EPROTO', 'tls'],
  ['HPE_INVALID_CONSTANT', 'protocol'],
  ['ERR_HTTP2_SESSION_ERROR', 'protocol'],
  ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', 'protocol'],
  ['EMFILE', 'client_resource'],
  ['ENFILE', 'client_resource'],
  ['EADDRNOTAVAIL', 'client_resource'],
  ['ENOBUFS', 'client_resource'],
  ['ERR_INVALID_CHAR', 'workload'],
])('%s is %s', (code, errorClass) => {
  expect(classifyError(Object.assign(new Error('x'), { code }))).toBe(errorClass);
});

test('an unknown code, even the name of an object property, is a driver failure', () => {
  expect(classifyError(Object.assign(new Error('x'), { code: 'toString' }))).toBe('driver');
});

test('classifies any thrown value', () => {
  for (const thrown of [undefined, null, 'ECONNRESET', 42, new TypeError('x'), { code: 'ECONNRESET' }]) {
    expect(classifyError(thrown)).toBe('driver');
  }
});

test('uses the cause of an error without a code', () => {
  const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
  expect(classifyError(new AggregateError([refused, new Error('y')]))).toBe('refused');
  expect(classifyError(new Error('outer', { cause: new Error('inner', { cause: refused }) }))).toBe('refused');
  expect(classifyError(new AggregateError([]))).toBe('driver');
});

test('keeps a class that is set at its origin', () => {
  expect(classifyError(new ClassifiedError('status_4xx', 'x'))).toBe('status_4xx');
});
