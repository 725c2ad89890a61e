import type { Json } from '../../shared/json.ts';
import { parseDuration } from '../../shared/units.ts';
import type { JsonObject } from '../../templates/request-data.ts';
import type { Operation } from '../driver.ts';
import { collectFaults } from '../collect-faults.ts';
import { kindOfCommand } from '../command-kind.ts';
import { commandError } from '../driver-settings.ts';
import { ACKS_FAULT, parseAcks } from './settings.ts';

const KINDS = {
  produce: ['key', 'value', 'headers', 'partition', 'acks', 'receive', 'batch'],
  consume: ['partition', 'from', 'wait', 'max_bytes'],
} as const;

export type KafkaCommandKind = keyof typeof KINDS;

/** A parsed `command`; texts are templates. */
export interface KafkaCommand {
  readonly kind: KafkaCommandKind;
  readonly topic: string;
  /** Number of the partition as text; `undefined`: by the key, or in turn. */
  readonly partition: string | undefined;
  /** `undefined`: null. */
  readonly key: Json | undefined;
  readonly value: Json | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Required acknowledgements; `undefined`: those of `driver_options`. */
  readonly acks: number | undefined;
  /** Number of records of a request, at least 1. */
  readonly batch: number;
  /** Whether the written record is read again. */
  readonly isReceived: boolean;
  /** Where the first fetch of a session begins. */
  readonly from: 'latest' | 'earliest';
  /** Time that the broker waits for a record, in milliseconds. */
  readonly waitMs: number;
  /** Maximum size of a fetch. */
  readonly maxBytes: number;
}

const TOPIC = /^[\w.-]{1,249}$/;
const DEFAULT_MAX_BYTES = 1024 * 1024;
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_RECORDS = 10_000;

/**
 * Parses the command of an operation.
 * @throws {LoadbotError} with the field; an `AggregateError` of several
 */
export function parseKafkaCommand(operation: Operation): KafkaCommand {
  return collectFaults((attempt) => {
    const example = '{ "produce": "orders", "value": { "id": "#id" } }';
    const { fields, kind } = kindOfCommand(operation, { title: 'Kafka', example, kinds: KINDS }, attempt);
    return {
      kind,
      topic: attempt(() => topicIn(fields[kind], kind), ''),
      partition: attempt(() => partitionIn(fields['partition']), undefined),
      key: fields['key'] ?? undefined,
      value: fields['value'] ?? undefined,
      headers: attempt(() => headersIn(fields['headers']), []),
      acks: attempt(() => acksIn(fields['acks']), undefined),
      batch: attempt(() => batchIn(fields), 1),
      isReceived: attempt(() => receiveIn(fields['receive']), false),
      from: attempt(() => fromIn(fields['from']), 'latest'),
      waitMs: attempt(() => waitIn(fields['wait']), 0),
      maxBytes: attempt(() => countIn(fields, 'max_bytes', DEFAULT_MAX_BYTES, MOST_BYTES), 0),
    };
  });
}

function acksIn(value: Json | undefined): number | undefined {
  const acks = parseAcks(value);
  if (acks === undefined) throw commandError(['acks'], ACKS_FAULT);
  return value === undefined ? undefined : acks;
}

function receiveIn(value: Json = false): boolean {
  if (typeof value !== 'boolean') throw commandError(['receive'], 'must be true or false');
  return value;
}

function fromIn(value: Json = 'latest'): KafkaCommand['from'] {
  if (value !== 'latest' && value !== 'earliest') throw commandError(['from'], 'must be "latest" or "earliest"');
  return value;
}

function topicIn(value: Json | undefined, field: string): string {
  if (typeof value === 'string' && (value.includes('#') || TOPIC.test(value))) return value;
  throw commandError([field], 'must be the name of a topic');
}

function partitionIn(value: Json | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.includes('#')) return value;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return String(value);
  throw commandError(['partition'], 'must be a whole number of at least 0, or a template tag');
}

function headersIn(value: Json | undefined): KafkaCommand['headers'] {
  const headers = value ?? {};
  if (typeof headers !== 'object' || Array.isArray(headers)) throw commandError(['headers'], 'must be an object');
  const pairOf = (name: string, text: Json): readonly [string, string] => {
    if (typeof text !== 'string') throw commandError(['headers', name], 'must be text');
    return [name, text];
  };
  return collectFaults((attempt) =>
    Object.entries(headers).map(([name, text]) => attempt(() => pairOf(name, text), [name, ''])),
  );
}

function waitIn(value: Json | undefined): number {
  if (value === undefined) return 0;
  const ms = typeof value === 'string' ? parseDuration(value) : undefined;
  if (ms === undefined) throw commandError(['wait'], 'must be a duration, such as "500ms"');
  return Math.round(ms);
}

/** Values that belong to a request as a whole: captured values, variables and columns of feeders. */
const NAMED_VALUE = /#[A-Za-z_]\w*\.[A-Za-z_]/;

/** Each record of a batch has values of its own, so there are none of the request. */
function batchIn(fields: JsonObject): number {
  const batch = countIn(fields, 'batch', 1, MOST_RECORDS);
  const { key = '', value = '', headers = '', receive = false } = fields;
  if (batch === 1) return batch;
  if (NAMED_VALUE.test(JSON.stringify([key, value, headers])))
    throw commandError(['batch'], 'cannot be used with captured values, variables and columns of feeders');
  if (receive !== false) throw commandError(['batch'], 'cannot be used with `receive`');
  return batch;
}

function countIn(fields: JsonObject, field: string, otherwise: number, most: number): number {
  const { [field]: value = otherwise } = fields;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw commandError([field], `must be a whole number from 1 to ${most}`);
}

/** @throws {Error} when text with generated values is not a topic */
export function requireTopic(text: string): string {
  if (!TOPIC.test(text)) throw new Error('a generated value makes an invalid topic');
  return text;
}
