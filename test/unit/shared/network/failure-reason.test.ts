import { expect, it } from 'vitest';
import { failureReason } from '../../../../src/shared/network/failure-reason.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

it.each([
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'refused'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ['HPE_INVALID_CONSTANT', 'parse'],
] as const)('%s is a failure of status %s', (code, status) => {
  const words = status === 'parse' ? 'invalid response' : status;
  expect(failureReason(systemError(code))).toEqual({ status, reason: `${words} (connect ${code})` });
});

it('finds the cause inside an error of a library', () => {
  const wrapped = new Error('Request failed', { cause: new AggregateError([systemError('ECONNREFUSED')]) });
  expect(failureReason(wrapped)).toEqual({ status: 'refused', reason: 'refused (connect ECONNREFUSED)' });
});
