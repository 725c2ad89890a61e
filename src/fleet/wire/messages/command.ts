import { z } from 'zod';
import type { JobPreparation } from '../../../engine/load-unit.ts';
import { decodeEnvelope, encodeEnvelope } from '../envelope.ts';
import { WireError } from '../wire-error.ts';
import {
  countField,
  indexField,
  keyField,
  listOf,
  nameField,
  quantityField,
  rankField,
  textField,
  timeMsField,
} from './fields.ts';

/** Commands of the coordinator to one agent. */
const commandSchema = z.discriminatedUnion('kind', [
  /** Reserves an idle agent for the run. */
  z.strictObject({
    kind: z.literal('reserve'),
    /** Name of the coordinator's host. */
    coordinator: nameField,
    version: nameField,
    /** Milliseconds without an acknowledged message after which the agent leaves the run. */
    leaseMs: quantityField,
  }),
  /** One chunk of the sealed plan, in the body; the plan is opened when all chunks have arrived. */
  z.strictObject({
    kind: z.literal('plan'),
    chunk: indexField,
    chunks: z.int().min(1).max(10_000),
    /** Bytes of the sealed plan. */
    bytes: countField,
    /** Ranks of the agent's threads among the `of` ranks of the run. */
    ranks: listOf(rankField, 256),
    of: rankField.min(1),
    /** Number of agents of the run. */
    agents: rankField.min(1),
    /** Phases of the system under test, in the order of the mask's bits. */
    phaseNames: listOf(textField, 32),
  }),
  /** Opens the sessions of a job: the numbers of a `JobPreparation`. */
  z.strictObject({
    kind: z.literal('prepare'),
    job: indexField,
    firstDocument: countField,
    documentStride: z.int().min(1),
    population: countField,
    oldest: countField,
    readsOwnWrites: z.boolean(),
  }) satisfies z.ZodType<JobPreparation>,
  /** Starts a prepared job at a time of the coordinator's clock. */
  z.strictObject({ kind: z.literal('run'), job: indexField, startMs: timeMsField }),
  /** Starts no more requests in any job. */
  z.strictObject({ kind: z.literal('stop'), reason: textField }),
  /** Ends the reservation. */
  z.strictObject({ kind: z.literal('release'), reason: textField }),
  /** Asks whether the agent is alive. */
  z.strictObject({ kind: z.literal('probe') }),
]);
export type FleetCommand = z.output<typeof commandSchema>;
export type CommandKind = FleetCommand['kind'];

const addressSchema = z.strictObject({
  agent: nameField,
  incarnation: nameField,
  run: nameField,
  /** Number of the command in the run, from 1. A repeated number gets the stored reply. */
  n: z.int().min(1),
  kind: z.enum(['reserve', 'plan', 'prepare', 'run', 'stop', 'release', 'probe'] satisfies CommandKind[]),
});

/** Receiver and number of a command; its signature covers them and the payload. */
export type CommandAddress = z.output<typeof addressSchema>;

const signedSchema = addressSchema.extend({
  /** Ed25519 signature of the coordinator; null: not signed. */
  signature: keyField.nullable(),
});

/** A received command whose payload has not been verified. */
export interface SealedCommand {
  readonly address: CommandAddress;
  /** In base64; `undefined`: not signed. */
  readonly signature: string | undefined;
  /** See `decodePayload`. */
  readonly payload: Uint8Array;
}

/**
 * Encodes a command.
 * @param sign returns the signature in base64 (see `seal.ts`), or `undefined` without a key
 */
export function encodeCommand(
  to: Omit<CommandAddress, 'kind'>,
  command: FleetCommand,
  body?: Uint8Array,
  sign: (address: CommandAddress, payload: Uint8Array) => string | undefined = () => undefined,
): Uint8Array {
  const { agent, incarnation, run, n } = to;
  const address = { agent, incarnation, run, n, kind: command.kind };
  const payload = encodeEnvelope(command, body);
  return encodeEnvelope({ ...address, signature: sign(address, payload) ?? null }, payload);
}

/** @throws {WireError} */
export function decodeCommand(bytes: Uint8Array): SealedCommand {
  const { header, body } = decodeEnvelope('command', signedSchema, bytes);
  const { signature, ...address } = header;
  return { address, signature: signature ?? undefined, payload: body };
}

/** Decodes the payload of a command, after its signature was verified. @throws {WireError} */
export function decodePayload({ address: { kind }, payload }: SealedCommand): {
  readonly command: FleetCommand;
  /** The chunk of a plan; empty otherwise. */
  readonly body: Uint8Array;
} {
  const { header, body } = decodeEnvelope(`command ${kind}`, commandSchema, payload);
  if (header.kind !== kind) throw new WireError(`command ${kind}: the payload is of the kind ${header.kind}`);
  if (kind !== 'plan' && body.length > 0) throw new WireError(`command ${kind}: unexpected body`);
  return { command: header, body };
}

/** Reasons to refuse a command. */
const REFUSALS = [
  'busy',
  'version',
  'incarnation',
  'signature',
  'other_run',
  'out_of_order',
  'damaged',
  'plan',
] as const;
export type RefusalCode = (typeof REFUSALS)[number];

const replySchema = z.discriminatedUnion('accepted', [
  z.strictObject({
    accepted: z.literal(true),
    n: countField,
    /** Run that the agent belongs to after the command; null: none. */
    run: nameField.nullable(),
  }),
  z.strictObject({
    accepted: z.literal(false),
    n: countField,
    code: z.enum(REFUSALS),
    message: textField,
    hint: textField.nullable(),
  }),
]);
/** Immediate answer to a command. Its result follows as an event of the agent. */
export type CommandReply = z.output<typeof replySchema>;

export function encodeCommandReply(reply: CommandReply): Uint8Array {
  return encodeEnvelope(reply);
}

/** @throws {WireError} */
export function decodeCommandReply(bytes: Uint8Array): CommandReply {
  return decodeEnvelope('reply to a command', replySchema, bytes).header;
}
