import { expect, test } from 'vitest';
import { sampleOptions } from '../../../../src/driver-kit/sample-options.ts';
import { parseKafkaCommand } from '../../../../src/drivers/kafka/command.ts';
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
