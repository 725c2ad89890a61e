import { validateHeaderValue } from 'node:http';
import type * as protobuf from 'protobufjs';
import { LoadbotError } from '../../shared/errors.ts';
import type { RequestType } from '../../shared/job-type.ts';
import type { Json } from '../../shared/json.ts';
import type { RequestPart } from '../../templates/request-data.ts';
import type { Operation, ResponseNeeds } from '../driver.ts';
import type { OutgoingCall } from './channel.ts';
import { encodeField } from '../http/http2/header-encoder.ts';
import { encodeCallHeaders } from './call-headers.ts';
import { commandError } from '../driver-settings.ts';
import { messageFault } from './check-message.ts';
import { frameMessages } from './frames.ts';
import { findMethod, type GrpcMethod, type ProtobufLibrary } from './services.ts';
import type { GrpcSettings } from './settings.ts';

/** gRPC form of one operation. */
export interface GrpcRequest {
  readonly type: RequestType;
  readonly method: GrpcMethod;
  readonly needs: ResponseNeeds | undefined;
  /** Generates the call of a ticket. @throws {Error} when its data do not fit the types */
  prepare(sequence: number): OutgoingCall;
}

/** A parsed `command`. */
interface GrpcCommand {
  readonly method: string;
  readonly messages: readonly Json[];
  /** Place of the messages: `message`, or `messages`. */
  readonly field: 'message' | 'messages';
  readonly metadata: readonly (readonly [name: string, value: string])[];
}

const FIELDS: readonly string[] = ['method', 'message', 'messages', 'metadata'];
/** Metadata that the driver sends itself, or that HTTP/2 forbids. */
const RESERVED = /^(:|grpc-|content-type$|te$|host$|connection$|user-agent$)/;
const METADATA_NAME = /^[a-z0-9_.-]+$/;

/**
 * Parses the command of an operation.
 * @throws {LoadbotError} with the field
 */
export function parseCommand({ statement, type }: Operation): GrpcCommand {
  if (statement === undefined) {
    const message = `gRPC has no request of its own for ${type}`;
    const hint = 'give a `command` such as { "method": "package.Service/Method", "message": {} }';
    throw new LoadbotError('config_invalid', message, { field: ['type'], hint });
  }
  const fields = statement as { readonly [name: string]: Json }; // the catalog allows objects only
  const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined)
    throw commandError([unknown], 'is not a part of a gRPC command', `it may be ${FIELDS.join(', ')}`);
  const { method, message, messages, metadata = {} } = fields;
  if (typeof method !== 'string') throw commandError(['method'], 'must be text such as "package.Service/Method"');
  if (message !== undefined && messages !== undefined) throw commandError(['messages'], 'is given beside `message`');
  if (messages !== undefined && !Array.isArray(messages))
    throw commandError(['messages'], 'must be a list of messages');
  return {
    method,
    field: messages === undefined ? 'message' : 'messages',
    messages: (messages as readonly Json[] | undefined) ?? [message ?? {}],
    metadata: parseMetadata(metadata),
  };
}

function parseMetadata(metadata: Json): GrpcCommand['metadata'] {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata))
    throw commandError(['metadata'], 'must be an object');
  return Object.entries(metadata as { readonly [name: string]: Json }).map(([name, value]) => {
    const key = name.toLowerCase();
    if (!METADATA_NAME.test(key))
      throw commandError(['metadata', name], 'is not a name of metadata: a-z, 0-9, _, - and .');
    if (RESERVED.test(key)) throw commandError(['metadata', name], 'is set by the driver');
    if (typeof value !== 'string') throw commandError(['metadata', name], 'must be text');
    return [key, value];
  });
}

/**
 * Compiles an operation.
 * @param timeoutMs deadline of calls, which the server receives
 * @throws {LoadbotError} for an unknown method and for messages that do not fit its type
 */
export function compileGrpcRequest(
  operation: Operation,
  library: ProtobufLibrary,
  root: protobuf.Root,
  settings: GrpcSettings,
  timeoutMs: number,
): GrpcRequest {
  const { type, needs, materials } = operation;
  const command = parseCommand(operation);
  const method = findMethod(library, root, command.method);
  checkMessages(command, method);
  const messages = command.messages.map((message) => encoderOf(message, method.request, materials.value));
  const isConstant = messages.every((message) => message instanceof Uint8Array);
  const constant = isConstant ? textOf(messages.filter((message) => message instanceof Uint8Array)) : undefined;
  const metadata = command.metadata.map(([name, value]) => [name, materials.text(value)] as const);
  const fixed =
    encodeCallHeaders(settings, method.path) +
    encodeField('grpc-timeout', `${Math.min(Math.ceil(timeoutMs), MAX_TIMEOUT_MS)}m`);
  const isFixed = metadata.every(([, value]) => typeof value === 'string');
  const headersOf = (sequence: number): string =>
    metadata.reduce((block, [name, value]) => block + encodeMetadata(name, value, sequence), fixed);
  const headers = isFixed ? headersOf(0) : undefined;
  return {
    type,
    method,
    needs,
    prepare: (sequence) => ({
      headers: headers ?? headersOf(sequence),
      body:
        constant ?? textOf(messages.map((message) => (message instanceof Uint8Array ? message : message(sequence)))),
    }),
  };
}

/** Larger bodies are sent as they are, instead of as text with their headers. */
const MOST_TEXT_BYTES = 16 * 1024;

/** The messages of a call, with their lengths; few bytes as Latin-1 text, which is written with the headers. */
function textOf(messages: readonly Uint8Array[]): string | Buffer {
  const bytes = frameMessages(messages);
  return bytes.length <= MOST_TEXT_BYTES ? bytes.toString('latin1') : bytes;
}

/** @throws {Error} when a generated value cannot be sent */
function encodeMetadata(name: string, value: RequestPart, sequence: number): string {
  const text = typeof value === 'string' ? value : value(sequence);
  validateHeaderValue(name, text);
  return encodeField(name, text.trim());
}

/** The largest number of milliseconds that `grpc-timeout` has room for: 8 digits. */
const MAX_TIMEOUT_MS = 99_999_999;

type Encoder = Uint8Array | ((sequence: number) => Uint8Array);

function encoderOf(message: Json, type: protobuf.Type, valueOf: Operation['materials']['value']): Encoder {
  const encode = (value: Json): Uint8Array => type.encode(type.fromObject(Object(value) as object)).finish();
  if (!JSON.stringify(message).includes('#')) return encode(message);
  const build = valueOf(message);
  return (sequence) => {
    const value = build(sequence);
    const fault = messageFault(value, type);
    if (fault !== undefined && !JSON.stringify(value).includes('#'))
      throw new Error(`${fault.path.join('.')} ${fault.message}`);
    return encode(value);
  };
}

function checkMessages({ messages, field }: GrpcCommand, { request, streamsRequest, path }: GrpcMethod): void {
  if (!streamsRequest && messages.length !== 1)
    throw commandError(['messages'], `must have one message: ${path.slice(1)} takes one`, 'give `message`');
  for (const [index, message] of messages.entries()) {
    const fault = messageFault(message, request);
    if (fault === undefined) continue;
    const at = field === 'message' ? [field] : [field, index];
    throw commandError([...at, ...fault.path], fault.message);
  }
}
