import { expect, test } from 'vitest';
import { clientOptions } from '../../../../src/drivers/mongodb/settings.ts';
import { httpOptions } from '../../../contract/driver/http-options.ts';

function settings(secretUrl: string): ReturnType<typeof clientOptions> {
  const url = secretUrl.replace(/[?].*/, '');
  return clientOptions({
    ...httpOptions(''),
    target: { driver: 'mongodb', url, secretUrl },
    sessions: 7,
    timeoutMs: 900,
  });
}

test('nothing is tried twice and nothing waits longer than a request may', () => {
  expect(settings('mongodb://h/')).toMatchObject({
    retryReads: false,
    retryWrites: false,
    maxAdaptiveRetries: 0,
    connectTimeoutMS: 900,
    serverSelectionTimeoutMS: 900,
  });
});

test('what the connection string says holds, in any case', () => {
  const options = settings('mongodb://u:p@h/?RetryWrites=true&connecttimeoutms=50');
  expect(options).not.toHaveProperty('retryWrites');
  expect(options).not.toHaveProperty('connectTimeoutMS');
  expect(options.retryReads).toBe(false);
});

test('there is a connection for each worker and no more', () => {
  expect(settings('mongodb://h')).toMatchObject({ minPoolSize: 0, maxPoolSize: 7 });
});
