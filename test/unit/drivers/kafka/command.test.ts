import { expect, test } from 'vitest';
import { sampleOptions } from '../../../../src/driver-kit/sample-options.ts';
import { parseKafkaCommand } from '../../../../src/drivers/kafka/command.ts';
import { faultsOf } from '../faults-of.ts';
import type { Json } from '../../../../src/shared/json.ts';

function parse(statement: Json): ReturnType<typeof parseKafkaCommand> {
  const [operation] = sampleOptions({ driver: 'kafka', url: '', secretUrl: undefined }, [{ statement }]).operations;
  return parseKafkaCommand(operation!); // one was given
}

test('a record without a value is null', () => {
  const { value, key, batch, acks, isReceived } = parse({ produce: 'orders' });
  expect([value, key, batch, acks, isReceived]).toEqual([undefined, undefined, 1, undefined, false]);
});

test.each([
  [{ produce: 'a', batch: 5, value: { token: '#login.token' } }, 'cannot be used with captured values'],
  [{ produce: 'a', batch: 5, receive: true }, 'cannot be used with `receive`'],
  [{ produce: 'a', batch: 10_001 }, 'must be a whole number from 1 to 10000'],
])('%j is refused', (command, message) => {
  expect(() => parse(command)).toThrow(message);
});

test('all faults of a command are found', () => {
  const command = {
    produce: 'a b',
    partition: -1,
    headers: { a: 1, b: 'x', c: null },
    acks: 'some',
    batch: 0,
    receive: 1,
    max_bytes: 5,
    topic: 'a',
  };
  expect(faultsOf(() => parse(command))).toEqual([
    '`max_bytes` is not a part of `produce`',
    '`topic` is not a part of `produce`',
    '`produce` must be the name of a topic',
    '`partition` must be a whole number of at least 0, or a template tag',
    '`headers.a` must be text',
    '`headers.c` must be text',
    '`acks` must be 0, 1 or "all"',
    '`batch` must be a whole number from 1 to 10000',
    '`receive` must be true or false',
  ]);
});
