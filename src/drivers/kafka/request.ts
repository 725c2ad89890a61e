import type { RequestType } from '../../shared/job-type.ts';
import type { Json } from '../../shared/json.ts';
import type { RequestData } from '../../templates/request-data.ts';
import type { Operation, ResponseNeeds } from '../driver.ts';
import { commandError } from '../driver-settings.ts';
import { type KafkaCommand, type KafkaCommandKind, parseKafkaCommand, requireTopic } from './command.ts';
import type { OutgoingRecord } from './record-batch.ts';
import type { KafkaSettings } from './settings.ts';

/** A request whose data are generated. */
export interface PreparedRecords {
  readonly topic: string;
  /** `undefined`: by the key, or in turn. */
  readonly partition: number | undefined;
  /** Records to write, at least one; empty for a fetch. */
  readonly records: readonly OutgoingRecord[];
}

/** Kafka form of one operation. */
export interface KafkaRequest {
  readonly kind: KafkaCommandKind;
  readonly type: RequestType;
  readonly needs: ResponseNeeds | undefined;
  readonly acks: number;
  readonly isReceived: boolean;
  readonly from: KafkaCommand['from'];
  readonly waitMs: number;
  readonly maxBytes: number;
  /** Topic of all requests; `undefined`: it depends on the ticket. */
  readonly topic: string | undefined;
  /** Generates the data of a ticket. @throws {Error} when they do not fit */
  prepare(sequence: number): PreparedRecords;
}

type Render<Value> = (sequence: number) => Value;

/**
 * Compiles an operation.
 * @throws {LoadbotError} with the field
 */
export function compileKafkaRequest(operation: Operation, settings: KafkaSettings): KafkaRequest {
  const { type, needs, materials } = operation;
  const command = parseKafkaCommand(operation);
  const { kind, isReceived, from, waitMs, maxBytes } = command;
  const { acks = settings.acks } = command;
  if (isReceived && acks === 0) throw commandError(['receive'], 'needs acknowledgements', 'leave out `"acks": 0`');
  const topic = materials.text(command.topic);
  return {
    kind,
    type,
    needs,
    acks,
    isReceived,
    from,
    waitMs,
    maxBytes,
    topic: typeof topic === 'string' ? topic : undefined,
    prepare: compile(materials, command, topic),
  };
}

function compile(
  materials: RequestData,
  { kind, partition, key, value, headers, batch }: KafkaCommand,
  topic: ReturnType<RequestData['text']>,
): KafkaRequest['prepare'] {
  const place = partition === undefined ? undefined : materials.text(partition);
  const [keyBytes, valueBytes] = [bytesOf(key, materials), bytesOf(value, materials)];
  const pairs = headers.map(([name, text]) => [name, materials.text(text)] as const);
  const recordOf = (number: number): OutgoingRecord => ({
    key: keyBytes(number),
    value: valueBytes(number),
    headers: pairs.map(([name, text]) => [name, typeof text === 'string' ? text : text(number)] as const),
  });
  const length = kind === 'consume' ? 0 : batch;
  const recordsOf = (sequence: number): OutgoingRecord[] =>
    Array.from({ length }, (_, index) => recordOf(sequence * batch + index));
  return (sequence) => ({
    topic: typeof topic === 'string' ? topic : requireTopic(topic(sequence)),
    partition: place === undefined ? undefined : numberOf(typeof place === 'string' ? place : place(sequence)),
    records: recordsOf(sequence),
  });
}

function numberOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error('a generated value makes an invalid partition');
}

/** Text as it is, any other value as JSON; absent: null. */
function bytesOf(template: Json | undefined, materials: RequestData): Render<Buffer | undefined> {
  if (template === undefined) return () => undefined;
  if (typeof template !== 'string') {
    const json = materials.json(template);
    if (JSON.stringify(template).includes('#')) return (sequence) => Buffer.from(json(sequence));
    const constant = Buffer.from(json(0));
    return () => constant;
  }
  const text = materials.text(template);
  if (typeof text !== 'string') return (sequence) => Buffer.from(text(sequence));
  const constant = Buffer.from(text);
  return () => constant;
}
