import type { FileReading } from '../plan/plan-file.ts';
import { shareBytes } from '../shared/share-bytes.ts';
import { feederMemory } from './features/feeders/plan.ts';
import { requestsMemory } from './features/requests-from/read-requests.ts';

/**
 * Returns the memory that a plan has for the bytes of a file.
 * @throws {LoadbotError} `config_invalid` for bytes that cannot be read that way
 */
export function restoreFile(bytes: Buffer, reading: FileReading): readonly SharedArrayBuffer[] {
  if (reading.kind === 'body') return [shareBytes(bytes)];
  return reading.kind === 'feeder' ? feederMemory(bytes, reading) : requestsMemory(bytes, reading);
}
