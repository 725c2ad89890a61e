import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { sampleOptions } from '../../../../src/driver-kit/sample-options.ts';
import { checkWebSocketRequests, webSocketDriver } from '../../../../src/drivers/websocket/websocket-driver.ts';
import type { LoadbotError } from '../../../../src/shared/errors.ts';
import type { Json } from '../../../../src/shared/json.ts';

const ca = fileURLToPath(new URL('../../../certificates/ca.pem', import.meta.url));

interface Given {
  readonly command?: Json | undefined;
  readonly options?: { readonly [name: string]: Json };
  readonly url?: string;
}

function optionsOf({
  command = { ping: true },
  options = {},
  url = 'ws://h/path',
}: Given): Parameters<typeof webSocketDriver>[0] {
  return sampleOptions({ driver: 'websocket', url, secretUrl: url }, [{ statement: command }], {
    driverOptions: options,
  });
}

/** Faults as `field: message`. */
function faultsOf(given: Given): string[] {
  try {
    void checkWebSocketRequests(optionsOf(given));
    return [];
  } catch (error) {
    const errors = error instanceof AggregateError ? (error.errors as LoadbotError[]) : [error as LoadbotError];
    return errors.map(({ field = [], message }) => `${field.join('.')}: ${message}`);
  }
}

describe('commands that are accepted', () => {
  test.each<[Json]>([
    [{ send: 'text' }],
    [{ send: ['a', 1, '#uuid'] }],
    [{ send: '{"id":"#uuid"}', match: ['/id', ''] }],
    [{ send: { id: '#sequence' }, match: { '/id': '#sequence', '/user': '#users.name', '/n': [1] } }],
    [{ send_binary: '#users.bytes', match: { contains: 'a' } }],
    [{ send_binary: '', expect: false }],
    [{ wait: true, match: { matches: '^a+$' } }],
    [{ close: { code: 4999, reason: 'x'.repeat(123) } }],
    [{ close: true }],
  ])('%j', (command) => {
    expect(faultsOf({ command })).toEqual([]);
  });
});

describe('commands that are refused', () => {
  test.each<[Json, readonly string[]]>([
    [{ send: 'a', ping: true }, ['command.send: `send` is given beside `ping`']],
    [{ match: ['/id'] }, ['command.send: `send` is missing']],
    [
      { ping: true, match: ['/id'], expect: false },
      ['command.match: `match` does not apply to `ping`', 'command.expect: `expect` does not apply to `ping`'],
    ],
    [{ wait: false }, ['command.wait: `wait` must be true']],
    [{ wait: true, expect: true }, ['command.expect: `expect` does not apply to `wait`']],
    [{ send: 'a', expect: { json: {} } }, ['command.expect: `expect` must be true or false']],
    [
      { send: 'a', expect: false, match: { contains: 'a' } },
      ['command.match: `match` does not apply to a message without an answer'],
    ],
    [{ send: 'a', match: ['/id'] }, ['command.match: `match` compares with the sent message, which must be JSON']],
    [{ send: {}, match: ['id'] }, ['command.match: `match` must be a list of JSON pointers']],
    [{ send: {}, match: 'id' }, ['command.match: `match` must be an object or a list']],
    [{ send: {}, match: { id: 1 } }, ['command.match.id: `match.id` is not known']],
    [{ send: {}, match: { contains: 'a', '/id': 1 } }, ['command.match: `match` has several forms']],
    [
      { send: {}, match: { '/id': '#uuid' } },
      ['command.match./id: `match./id` has the tag #uuid, which has another value here than in the sent message'],
    ],
    [{ send: {}, match: { contains: 1 } }, ['command.match.contains: `match.contains` must be text']],
    [{ send_binary: 'a' }, ['command.send_binary: `send_binary` must be text in base64']],
    [{ send_binary: 1 }, ['command.send_binary: `send_binary` must be text in base64']],
    [
      { close: { code: 1006, reason: 'x'.repeat(124), why: 1 } },
      [
        'command.close.why: `close.why` is not known',
        'command.close.code: `close.code` must be 1000, or a whole number from 3000 to 4999',
        'command.close.reason: `close.reason` must be text of at most 123 bytes',
      ],
    ],
    [{ close: 1000 }, ['command.close: `close` must be true, or an object such as { "code": 1000, "reason": "done" }']],
    [
      { send: 'a', foo: 1, bar: 2 },
      [
        'command.foo: `foo` is not a part of a WebSocket command',
        'command.bar: `bar` is not a part of a WebSocket command',
      ],
    ],
  ])('%j', (command, faults) => {
    expect(faultsOf({ command })).toEqual(faults);
  });

  test('a regular expression that is not valid', () => {
    expect(faultsOf({ command: { wait: true, match: { matches: '(' } } })).toEqual([
      expect.stringContaining('command.match.matches: `match.matches` is not a regular expression'),
    ]);
  });

  test('no command', () => {
    const options = optionsOf({});
    const operations = options.operations.map((one) => ({ ...one, statement: undefined }));
    expect(() => checkWebSocketRequests({ ...options, operations })).toThrow(
      'WebSocket has no request of its own for read',
    );
  });
});

describe('settings', () => {
  const valid = {
    headers: { 'X-A': 'b c', cookie: 'a=b' },
    subprotocols: 'graphql-transport-ws',
    compression: true,
    ping_interval: '1m30s',
    max_message_bytes: 1,
  };
  test('that are accepted', () => {
    expect(faultsOf({ options: valid })).toEqual([]);
    expect(
      faultsOf({ options: { tls: { ca, server_name: 'h', insecure_skip_verify: true } }, url: 'wss://h' }),
    ).toEqual([]);
    expect(faultsOf({ url: 'ws://user:p%20w@[::1]:8080/a?b=c' })).toEqual([]);
  });

  test.each<[{ readonly [name: string]: Json }, readonly string[]]>([
    [{ compresion: true, retries: 1 }, ['compresion', 'retries']],
    [
      { compression: 'yes', ping_interval: '0s', max_message_bytes: 1.5, subprotocols: ['a', 'a'] },
      ['compression', 'subprotocols', 'ping_interval', 'max_message_bytes'],
    ],
    [{ headers: ['a'] }, ['headers']],
    [
      { headers: { 'x y': 'a', Upgrade: 'h2c', 'Sec-WebSocket-Key': 'a', a: 'line\nend', b: 1, ok: '' } },
      ['headers.x y', 'headers.Upgrade', 'headers.Sec-WebSocket-Key', 'headers.a', 'headers.b'],
    ],
    [{ tls: { ca } }, ['tls']],
    [{ tls: { ca: 'missing.pem', cert: 1, verify: false } }, ['tls.verify', 'tls', 'tls.ca', 'tls.cert']],
    [{ subprotocols: ['a b', 'c'] }, ['subprotocols']],
  ])('%j has faults', (options, fields) => {
    expect(faultsOf({ options }).map((fault) => fault.split(':')[0])).toEqual(
      fields.map((field) => `driver_options.${field}`),
    );
  });

  test('a certificate that is not one, and a key without a certificate', () => {
    expect(faultsOf({ options: { tls: { cert: fileURLToPath(import.meta.url) } }, url: 'wss://h' })).toEqual([
      expect.stringContaining('driver_options.tls: the TLS certificates cannot be used'),
    ]);
  });

  test('credentials twice, and faults of command and settings together', () => {
    const given = {
      url: 'ws://u:p@h',
      options: { headers: { Authorization: 'x' }, ping_interval: 1 },
      command: { foo: 1, ping: true },
    };
    expect(faultsOf(given).map((fault) => fault.split(':')[0])).toEqual([
      'driver_options.ping_interval',
      'driver_options.headers.authorization',
      'command.foo',
    ]);
  });

  test('connect rejects with the first fault', async () => {
    await expect(webSocketDriver(optionsOf({ options: { a: 1, b: 2 } })).check()).rejects.toThrow(
      '`driver_options.a` is not a known setting',
    );
  });
});
