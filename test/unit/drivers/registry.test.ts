import { expect, test } from 'vitest';
import { httpDriver } from '../../../src/drivers/http/http-driver.ts';
import { driverOf } from '../../../src/drivers/registry.ts';

test('targets find their driver by name', () => {
  expect(driverOf('http')).toBe(httpDriver);
  expect(driverOf('embedded')).toBe(httpDriver);
});

test('an unknown name is a fault of ours that says what there is', () => {
  expect(() => driverOf('ftp')).toThrow(
    expect.objectContaining({
      code: 'internal',
      message: 'there is no driver ftp',
      hint: expect.stringContaining('http') as string,
    }),
  );
});
