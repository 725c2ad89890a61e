import { expect, test } from 'vitest';
import { httpDriver } from '../../../src/drivers/http/http-driver.ts';
import { redisDriver } from '../../../src/drivers/redis/redis-driver.ts';
import { loadDriver } from '../../../src/drivers/registry.ts';

test('targets find their driver by name', async () => {
  expect(await loadDriver('http')).toBe(httpDriver);
  expect(await loadDriver('redis')).toBe(redisDriver);
});

test('an unknown name is a fault of ours that says what there is', async () => {
  await expect(loadDriver('ftp')).rejects.toMatchObject({
    code: 'internal',
    message: 'unknown driver ftp',
    hint: expect.stringContaining('http') as string,
  });
});
