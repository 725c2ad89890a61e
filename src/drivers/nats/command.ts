import type { Json } from '../../shared/json.ts';
import { parseDuration } from '../../shared/units.ts';
import type { JsonObject } from '../../templates/request-data.ts';
import type { Operation } from '../driver.ts';
import { collectFaults } from '../collect-faults.ts';
import { kindOfCommand } from '../command-kind.ts';
import { commandError } from '../driver-settings.ts';

/** Fields of each kind of command; the first one is its name, and has its subject or stream. */
const KINDS = {
  request: ['data', 'base64', 'headers'],
  publish: ['data', 'base64', 'headers', 'flush', 'receive'],
  jetstream_publish: ['data', 'base64', 'headers', 'msg_id'],
  jetstream_next: ['consumer', 'ack', 'wait'],
} as const;

export type NatsCommandKind = keyof typeof KINDS;

/** A parsed `command`; texts are templates. */
export interface NatsCommand {
  readonly kind: NatsCommandKind;
  /** Subject, or name of the stream. */
  readonly subject: string;
  /** `data` as text, or any other value as JSON; `base64`; absent: an empty message. */
  readonly payload:
    | { readonly form: 'text' | 'base64'; readonly template: string }
    | { readonly form: 'json'; readonly template: Json };
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Whether a publish ends when the server has confirmed it. */
  readonly isFlushed: boolean;
  /** Subject on which the published message is received; `undefined`: it is not. */
  readonly receive: string | undefined;
  readonly consumer: string;
  /** Whether a received message is acknowledged. */
  readonly isAcknowledged: boolean;
  /** Time that the server waits for a message, in milliseconds; 0: not at all. */
  readonly waitMs: number;
}

const SUBJECT = /^[^\s.*>]+(\.[^\s.*>]+)*$/;
/** Names of streams and consumers are a token of a subject. */
const NAME = /^[^\s.*>/\\]+$/;
const HEADER_NAME = /^[!-9;-~]+$/;
/** Header by which the driver recognizes a message that it has published. */
export const MESSAGE_ID = 'Loadbot-Id';
const DEDUPLICATION_ID = 'Nats-Msg-Id';

const EMPTY_PAYLOAD: NatsCommand['payload'] = { form: 'text', template: '' };

/**
 * Parses the command of an operation.
 * @throws {LoadbotError} with the field; an `AggregateError` of several
 */
export function parseNatsCommand(operation: Operation): NatsCommand {
  return collectFaults((attempt) => {
    const example = '{ "request": "orders.get", "data": { "id": "#id" } }';
    const { fields, kind } = kindOfCommand(operation, { title: 'NATS', example, kinds: KINDS }, attempt);
    const isNext = kind === 'jetstream_next';
    const subject = attempt(() => (isNext ? nameIn(fields, kind) : subjectIn(fields[kind], kind)), undefined);
    return {
      kind,
      subject: subject ?? '',
      payload: attempt(() => parsePayload(fields), EMPTY_PAYLOAD),
      headers: attempt(() => parseHeaders(fields), []),
      isFlushed: attempt(() => flagIn(fields, 'flush'), true),
      receive: attempt(() => parseReceive(fields, subject), undefined),
      consumer: isNext ? attempt(() => nameIn(fields, 'consumer'), '') : '',
      isAcknowledged: attempt(() => flagIn(fields, 'ack'), true),
      waitMs: attempt(() => parseWait(fields['wait']), 0),
    };
  });
}

function parsePayload(fields: JsonObject): NatsCommand['payload'] {
  const { data, base64 } = fields;
  if (base64 === undefined) {
    const template = data ?? '';
    return typeof template === 'string' ? { form: 'text', template } : { form: 'json', template };
  }
  if (data !== undefined) throw commandError(['base64'], 'is given beside `data`', 'keep one of the two');
  if (typeof base64 !== 'string') throw commandError(['base64'], 'must be text in base64');
  if (!base64.includes('#') && !isBase64(base64)) throw commandError(['base64'], 'is not base64');
  return { form: 'base64', template: base64 };
}

/** Whether text is complete base64. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function parseHeaders(fields: JsonObject): NatsCommand['headers'] {
  const { headers = {}, msg_id: id } = fields;
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers))
    throw commandError(['headers'], 'must be an object');
  return collectFaults((attempt) => [
    ...Object.entries(headers).map(([name, value]) => attempt(() => headerOf(name, value), ['', ''] as const)),
    ...attempt(() => deduplicationOf(id), []),
  ]);
}

function headerOf(name: string, value: Json): readonly [name: string, value: string] {
  if (!HEADER_NAME.test(name)) throw commandError(['headers', name], 'is not a name of a header');
  if (name.toLowerCase() === MESSAGE_ID.toLowerCase()) throw commandError(['headers', name], 'is set by the driver');
  if (typeof value !== 'string') throw commandError(['headers', name], 'must be text');
  return [name, value];
}

function deduplicationOf(id: Json | undefined): NatsCommand['headers'] {
  if (id === undefined) return [];
  if (typeof id !== 'string' || id === '') throw commandError(['msg_id'], 'must be text, such as "#uuid"');
  return [[DEDUPLICATION_ID, id]];
}

/** @param subject of the command; `undefined`: it has a fault */
function parseReceive(fields: JsonObject, subject: string | undefined): string | undefined {
  const { receive = false, flush } = fields;
  if (receive === false) return undefined;
  if (flush !== undefined) throw commandError(['flush'], 'has no effect beside `receive`', 'leave it out');
  return receive === true ? subject : subjectIn(receive, 'receive');
}

function subjectIn(value: Json | undefined, field: string): string {
  const hint = 'such as "orders.new"; without blanks and wildcards';
  if (typeof value !== 'string' || value === '') throw commandError([field], 'must be a subject', hint);
  if (!value.includes('#') && !SUBJECT.test(value)) throw commandError([field], 'is not a subject', hint);
  return value;
}

function nameIn(fields: JsonObject, field: string): string {
  const value = fields[field];
  if (typeof value === 'string' && (value.includes('#') || NAME.test(value))) return value;
  throw commandError([field], `must be the name of a ${field === 'consumer' ? 'consumer' : 'stream'}`);
}

/** A setting that is true unless it is set to false. */
function flagIn(fields: JsonObject, field: string): boolean {
  const { [field]: value = true } = fields;
  if (typeof value !== 'boolean') throw commandError([field], 'must be true or false');
  return value;
}

function parseWait(value: Json | undefined): number {
  if (value === undefined) return 0;
  const ms = typeof value === 'string' ? parseDuration(value) : undefined;
  if (ms === undefined) throw commandError(['wait'], 'must be a duration, such as "500ms"');
  return ms;
}

/** @throws {Error} when text with generated values is not a subject */
export function requireSubject(text: string): string {
  if (!SUBJECT.test(text)) throw new Error('a generated value makes an invalid subject');
  return text;
}
