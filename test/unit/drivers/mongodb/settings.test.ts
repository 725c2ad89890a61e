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

test.each([
  ['mongodb://h', 7],
  ['mongodb://h/?directConnection=true', 7],
  ['mongodb://h1,h2', 0],
  ['mongodb://h/?replicaSet=rs', 0],
  ['mongodb+srv://h', 0],
])('%s keeps %i connections open from the start, of at most 7', (url, minPoolSize) => {
  expect(settings(url)).toMatchObject({ minPoolSize, maxPoolSize: 7 });
});
