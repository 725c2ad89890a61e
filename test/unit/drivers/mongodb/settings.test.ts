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

test('disables retries, and bounds every wait by the request timeout', () => {
  expect(settings('mongodb://h/')).toMatchObject({
    retryReads: false,
    retryWrites: false,
    maxAdaptiveRetries: 0,
    connectTimeoutMS: 900,
    serverSelectionTimeoutMS: 900,
  });
});

test('options of the connection string apply in any letter case', () => {
  const options = settings('mongodb://u:p@h/?RetryWrites=true&connecttimeoutms=50');
  expect(options).not.toHaveProperty('retryWrites');
  expect(options).not.toHaveProperty('connectTimeoutMS');
  expect(options.retryReads).toBe(false);
});

test('opens one connection for each worker', () => {
  expect(settings('mongodb://h')).toMatchObject({ minPoolSize: 0, maxPoolSize: 7 });
});
