import { expect, it } from 'vitest';
import { isLoopbackHost } from '../../../src/agent/control/access.ts';

it.each(['127.0.0.1', '127.0.0.1:1234', 'localhost', 'LocalHost:80', '[::1]', '[::1]:1234'])(
  '%s is loopback',
  (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  },
);

it.each([
  undefined,
  '',
  'evil.example',
  'evil.example:1234',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  'localhost:1234.evil.example',
  'evil.example#localhost',
  'user@localhost',
  'localhost,evil.example',
  '0.0.0.0:1234',
  '192.168.1.5',
])('%s is not loopback', (host) => {
  expect(isLoopbackHost(host)).toBe(false);
});
