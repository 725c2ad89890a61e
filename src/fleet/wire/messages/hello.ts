import { z } from 'zod';
import { decodeAnyEnvelope, decodeEnvelope, encodeEnvelope, PROTOCOL } from '../envelope.ts';
import { countField, keyField, listOf, nameField } from './fields.ts';

/** Question of a coordinator to all agents of a pool. */
const whoSchema = z.strictObject({
  /** Name of the coordinator's host, for logs. */
  coordinator: nameField,
  version: nameField,
});
export type Who = z.output<typeof whoSchema>;

/** Description of one agent, its answer to `Who`. */
const helloSchema = z.strictObject({
  /** Unique within the bus. */
  name: nameField,
  /** Identifies the process: a restarted agent has another one. */
  incarnation: nameField,
  version: nameField,
  protocol: z.int().min(0),
  host: nameField,
  /** CPUs that the process may use. */
  cores: z.number().positive(),
  threads: z.int().min(1).max(256),
  /** Drivers whose library is installed. */
  drivers: listOf(nameField, 100),
  labels: z.record(nameField, z.string().max(256)).readonly(),
  state: z.enum(['idle', 'busy']),
  /** Run that it is reserved for or that it executes; null: none, or a run of its own. */
  run: nameField.nullable(),
  /** X25519 public key that plans are sealed to; see `seal.ts`. */
  sealKey: keyField,
  /** Largest message that it accepts, in bytes. */
  maxPayload: countField,
});
export type Hello = z.output<typeof helloSchema>;

/** Fields that a hello of every version has. */
const foreignSchema = z.looseObject({
  name: nameField,
  version: nameField,
  protocol: z.int().min(0),
  host: nameField,
});

/** An agent of another protocol version, which cannot be used. */
export interface ForeignHello {
  readonly name: string;
  readonly version: string;
  readonly protocol: number;
  readonly host: string;
}

export function encodeWho(who: Who): Uint8Array {
  return encodeEnvelope(who);
}

/** @throws {WireError} */
export function decodeWho(bytes: Uint8Array): Who {
  return decodeAnyEnvelope('who', whoSchema, bytes).header;
}

export function encodeHello(hello: Hello): Uint8Array {
  return encodeEnvelope(hello);
}

/** Decodes the hello of an agent, also of one with another protocol version. @throws {WireError} */
export function decodeHello(bytes: Uint8Array): { readonly hello: Hello } | { readonly foreign: ForeignHello } {
  const { header } = decodeAnyEnvelope('hello', foreignSchema, bytes);
  const { name, version, protocol, host } = header;
  if (protocol !== PROTOCOL) return { foreign: { name, version, protocol, host } };
  return { hello: decodeEnvelope(`hello of ${name}`, helloSchema, bytes).header };
}
