import type { RequestType } from '../../shared/job-type.ts';
import type { RequestData } from '../../templates/request-data.ts';
import type { Operation, ResponseNeeds } from '../driver.ts';
import { isBase64, type NatsCommand, type NatsCommandKind, parseNatsCommand, requireSubject } from './command.ts';
import { headerLine, headerBlock } from './headers.ts';

/** A message that is ready to be sent. */
export interface OutgoingMessage {
  readonly subject: string;
  /** Lines of headers, each with its line end; empty: none. */
  readonly headers: string;
  readonly payload: Buffer;
  /** Subject on which it is received; `undefined`: it is not. */
  readonly receive: string | undefined;
}

/** NATS form of one operation. */
export interface NatsRequest {
  readonly kind: NatsCommandKind;
  readonly type: RequestType;
  readonly needs: ResponseNeeds | undefined;
  readonly isFlushed: boolean;
  readonly isAcknowledged: boolean;
  /** Generates the message of a ticket. @throws {Error} when its data do not fit */
  prepare(sequence: number): OutgoingMessage;
}

type Render<Value> = (sequence: number) => Value;

const EMPTY = Buffer.alloc(0);

/**
 * Compiles an operation.
 * @throws {LoadbotError} with the field
 */
export function compileNatsRequest(operation: Operation): NatsRequest {
  const { type, needs, materials } = operation;
  const command = parseNatsCommand(operation);
  const { kind, isFlushed, isAcknowledged } = command;
  return { kind, type, needs, isFlushed, isAcknowledged, prepare: compileMessage(command, materials) };
}

function compileMessage(command: NatsCommand, materials: RequestData): NatsRequest['prepare'] {
  if (command.kind === 'jetstream_next') return compileNext(command, materials);
  const { receive: receiveTemplate } = command;
  const subject = subjectOf(command.subject, materials);
  const receive = receiveTemplate === undefined ? undefined : subjectOf(receiveTemplate, materials);
  const payload = payloadOf(command, materials);
  const headers = headersOf(command.headers, materials);
  return (sequence) => ({
    subject: subject(sequence),
    headers: headers(sequence),
    payload: payload(sequence),
    receive: receive?.(sequence),
  });
}

/** https://docs.nats.io/reference/reference-protocols/nats_api_reference: `$JS.API.CONSUMER.MSG.NEXT` */
function compileNext(
  { subject: stream, consumer, waitMs }: NatsCommand,
  materials: RequestData,
): NatsRequest['prepare'] {
  const subject = subjectOf(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, materials);
  const options = waitMs === 0 ? { batch: 1, no_wait: true } : { batch: 1, expires: Math.round(waitMs * 1e6) };
  const payload = Buffer.from(JSON.stringify(options));
  return (sequence) => ({ subject: subject(sequence), headers: '', payload, receive: undefined });
}

function subjectOf(template: string, materials: RequestData): Render<string> {
  const text = materials.text(template);
  return typeof text === 'string' ? () => text : (sequence) => requireSubject(text(sequence));
}

function headersOf(headers: NatsCommand['headers'], materials: RequestData): Render<string> {
  const parts = headers.map(([name, value]) => [name, materials.text(value)] as const);
  const render = (sequence: number): string =>
    parts.map(([name, value]) => headerLine(name, typeof value === 'string' ? value : value(sequence))).join('');
  if (parts.some(([, value]) => typeof value !== 'string')) return render;
  const constant = render(0);
  return () => constant;
}

function payloadOf({ payload }: NatsCommand, materials: RequestData): Render<Buffer> {
  const { form, template } = payload;
  if (template === '') return () => EMPTY;
  if (form === 'json') {
    const json = materials.json(template);
    if (JSON.stringify(template).includes('#')) return (sequence) => Buffer.from(json(sequence));
    const constant = Buffer.from(json(0));
    return () => constant;
  }
  const toBytes = form === 'base64' ? decodeBase64 : (text: string): Buffer => Buffer.from(text);
  const text = materials.text(template);
  if (typeof text !== 'string') return (sequence) => toBytes(text(sequence));
  const constant = toBytes(text);
  return () => constant;
}

function decodeBase64(text: string): Buffer {
  if (!isBase64(text)) throw new Error('`base64` is not base64 with its generated values');
  return Buffer.from(text, 'base64');
}

const LINE_END = Buffer.from('\r\n');

/** A PUB, or HPUB with headers. @param reply subject for replies; empty: none */
export function encodeMessage({ subject, headers, payload }: OutgoingMessage, reply: string): Buffer {
  const to = reply === '' ? subject : `${subject} ${reply}`;
  if (headers === '') return Buffer.concat([Buffer.from(`PUB ${to} ${payload.length}\r\n`), payload, LINE_END]);
  const block = headerBlock(headers);
  const headerBytes = Buffer.byteLength(block);
  const head = `HPUB ${to} ${headerBytes} ${headerBytes + payload.length}\r\n${block}`;
  return Buffer.concat([Buffer.from(head), payload, LINE_END]);
}
