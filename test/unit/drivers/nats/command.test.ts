import { expect, test } from 'vitest';
import { sampleOptions } from '../../../../src/driver-kit/sample-options.ts';
import { parseNatsCommand } from '../../../../src/drivers/nats/command.ts';
import { checkNatsRequests } from '../../../../src/drivers/nats/nats-driver.ts';
import { faultsOf } from '../faults-of.ts';

const target = { driver: 'nats', url: 'nats://127.0.0.1:1', secretUrl: undefined } as const;

test('all faults of a command are found', () => {
  const statement = {
    publish: 'a b',
    base64: '###',
    data: 'x',
    flush: 1,
    receive: 'c d',
    msg_id: '',
    wait: 'long',
    headers: { 'a:b': 'x', c: 1 },
  };
  const [operation] = sampleOptions(target, [{ statement }]).operations;
  expect(faultsOf(() => parseNatsCommand(operation!))).toEqual([
    '`msg_id` is not a part of `publish`',
    '`wait` is not a part of `publish`',
    '`publish` is not a subject',
    '`base64` is given beside `data`',
    '`headers.a:b` is not a name of a header',
    '`headers.c` must be text',
    '`msg_id` must be text, such as "#uuid"',
    '`flush` must be true or false',
    '`flush` has no effect beside `receive`',
    '`wait` must be a duration, such as "500ms"',
  ]);
});

test('faults of all operations of a job are found, beside those of its settings', () => {
  const options = sampleOptions(target, [{ statement: { publish: '' } }, { statement: { request: 'a b' } }]);
  expect(faultsOf(() => checkNatsRequests({ ...options, driverOptions: { more: 1 } }))).toEqual([
    '`driver_options.more` is not a known setting',
    '`publish` must be a subject',
    '`request` is not a subject',
  ]);
});
