import { expect, test } from 'vitest';
import { permanentConnectError } from '../../../src/drivers/error-classification.ts';

const target = { driver: 'redis', url: 'redis://h', secretUrl: 'redis://u:p%40ssw0rd@h' } as const;

test('masks a password that a server echoes', () => {
  const reply = "ERR unknown command 'AUTH', with args beginning with: 'u' 'p@ssw0rd' p%40ssw0rd";
  expect(permanentConnectError({ errorClass: 'driver', detail: 'authentication' }, target, reply)?.message).toBe(
    "authentication at redis://h failed: ERR unknown command 'AUTH', with args beginning with: 'u' '***' ***",
  );
});

test('temporary failures are not permanent', () => {
  expect(permanentConnectError({ errorClass: 'reset', detail: undefined }, target, 'gone')).toBeUndefined();
});
