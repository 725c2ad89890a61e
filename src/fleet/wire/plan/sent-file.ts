import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { FileReading } from '../../../plan/plan-file.ts';
import { countField, indexField, listOf, textField } from '../messages/fields.ts';

const SHA256 = /^[0-9a-f]{64}$/;

const readingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('body') }),
  z.strictObject({
    kind: z.literal('feeder'),
    file: textField,
    columns: listOf(textField),
    delimiter: textField.optional(),
  }),
  z.strictObject({
    kind: z.literal('requests'),
    entry: z.record(textField, z.unknown()),
    seed: countField,
    index: indexField,
    replaced: listOf(textField),
    variables: z.record(textField, z.string()),
  }),
]);

const sentFileSchema = z.strictObject({
  /** Absolute path at the coordinator. */
  path: textField,
  bytes: countField,
  /** SHA-256 of the file, in hexadecimal. */
  sha256: z.string().regex(SHA256),
  reading: readingSchema,
  /** SHA-256 of the memory that the reading gives. */
  memorySha256: z.string().regex(SHA256),
});

/** A file of a workload that is too large to be sent: agents have a copy of their own. */
export interface SentFile extends Omit<z.output<typeof sentFileSchema>, 'reading'> {
  readonly reading: FileReading;
}

/** Files of one plan: untrusted, from a decoded value. */
export const sentFilesSchema = listOf(sentFileSchema);

/** Returns the SHA-256 of memories, one after the other, in hexadecimal. */
export function sha256Of(...memories: readonly (Uint8Array | SharedArrayBuffer)[]): string {
  const hash = createHash('sha256');
  for (const memory of memories) {
    hash.update(memory instanceof SharedArrayBuffer ? new Uint8Array(memory) : memory);
  }
  return hash.digest('hex');
}
