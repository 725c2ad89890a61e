import type { z } from 'zod';
import { findBeyondJsonBounds } from '../../shared/json.ts';
import { WireError } from './wire-error.ts';

/**
 * Version of all messages of a fleet, in their first byte. The coordinator and its agents must have the same one. The
 * encoding of an envelope itself never changes, so that a `hello` of any version is readable.
 */
export const PROTOCOL = 1;

/** Bytes before the header: protocol, and length of the header as a big-endian 32-bit number. */
const PREFIX = 5;
const MAX_HEADER_BYTES = 8 * 1024 * 1024;
const JSON_BOUNDS = { levels: 16, containers: 200_000, fields: 1_000_000 };
/** A shorter header takes little memory whatever it contains, and its schema limits its levels. */
const UNBOUNDED_CHARACTERS = 1024;
/** JSON has no Infinity: this text stands for it where a schema allows it. */
export const INFINITE = 'Infinity';

/** A decoded message: its header, and its body without a copy. */
export interface Envelope<Header> {
  readonly header: Header;
  readonly body: Uint8Array;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const NO_BODY = new Uint8Array(0);

/** Encodes a message: protocol, length of the header, header as JSON, body. */
export function encodeEnvelope(header: object, body: Uint8Array = NO_BODY): Uint8Array {
  const json = headerText(header);
  const length = Buffer.byteLength(json);
  const bytes = Buffer.allocUnsafeSlow(PREFIX + length + body.length);
  bytes.writeUInt8(PROTOCOL, 0);
  bytes.writeUInt32BE(length, 1);
  bytes.write(json, PREFIX);
  bytes.set(body, PREFIX + length);
  // Its `slice` copies, unlike that of a Buffer.
  return new Uint8Array(bytes.buffer);
}

/** `JSON.stringify` writes `null` for Infinity. A replacer takes most of its time, so it has one only if it needs it. */
function headerText(header: object): string {
  const text = JSON.stringify(header);
  if (!text.includes('null') || !hasInfinity(header)) return text;
  return JSON.stringify(header, (_, value: unknown) => (value === Infinity ? INFINITE : value));
}

function hasInfinity(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === Infinity;
  for (const inner of Object.values(value)) if (hasInfinity(inner)) return true;
  return false;
}

/**
 * Decodes an untrusted message of this protocol version.
 * @param name of the message, for errors
 * @param isUsual accepts headers that the schema returns unchanged, in less time; default: none
 * @throws {WireError}
 */
export function decodeEnvelope<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  bytes: Uint8Array,
  isUsual?: (header: unknown) => header is z.output<Schema>,
): Envelope<z.output<Schema>> {
  const protocol = protocolOf(name, bytes);
  if (protocol !== PROTOCOL) {
    throw new WireError(`${name}: the sender has protocol version ${protocol}, this agent has ${PROTOCOL}`);
  }
  return decodeAnyEnvelope(name, schema, bytes, isUsual);
}

/** Decodes an untrusted message of any protocol version. @throws {WireError} */
export function decodeAnyEnvelope<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  bytes: Uint8Array,
  isUsual?: (header: unknown) => header is z.output<Schema>,
): Envelope<z.output<Schema>> {
  protocolOf(name, bytes);
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(1);
  if (length > MAX_HEADER_BYTES || PREFIX + length > bytes.length) {
    throw new WireError(`${name}: the header has ${length} bytes, but the message has ${bytes.length}`);
  }
  const header = parseHeader(name, bytes.subarray(PREFIX, PREFIX + length));
  const body = bytes.subarray(PREFIX + length);
  if (isUsual?.(header) === true) return { header, body };
  const parsed = schema.safeParse(header);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new WireError(`${name}: ${issue?.path.join('.') || 'header'}: ${issue?.message ?? 'not valid'}`);
  }
  return { header: parsed.data, body };
}

function protocolOf(name: string, bytes: Uint8Array): number {
  const [protocol] = bytes;
  if (protocol === undefined || bytes.length < PREFIX) throw new WireError(`${name}: the message is incomplete`);
  return protocol;
}

function parseHeader(name: string, bytes: Uint8Array): unknown {
  try {
    const text = utf8.decode(bytes);
    const beyond = text.length > UNBOUNDED_CHARACTERS ? findBeyondJsonBounds(text, JSON_BOUNDS) : undefined;
    if (beyond !== undefined) throw new WireError(`the header has too many ${beyond}`);
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof WireError) throw new WireError(`${name}: ${error.message}`);
    throw new WireError(`${name}: the header is not JSON`, { cause: error });
  }
}
