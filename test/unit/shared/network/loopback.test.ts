import { expect, it } from 'vitest';
import { isLoopback, loopbackNote } from '../../../../src/shared/network/loopback.ts';

it.each(['127.0.0.1', '127.1.2.3', '::1', '[::1]', '::ffff:127.0.0.1', 'localhost', 'LOCALHOST'])(
  '%s is loopback',
  (host) => {
    expect(isLoopback(host)).toBe(true);
    expect(loopbackNote(host, '--host 0.0.0.0 opens it')).toBe(' (loopback only; --host 0.0.0.0 opens it)');
  },
);

it.each(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.com', 'app.localhost', 'localhost.example.com', ''])(
  '%s is not loopback',
  (host) => {
    expect(isLoopback(host)).toBe(false);
    expect(loopbackNote(host, 'x')).toBe('');
  },
);
