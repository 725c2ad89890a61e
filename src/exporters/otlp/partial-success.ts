import { PbfReader } from 'pbf';
import type { Rejection } from '../push/protocol.ts';

/**
 * What an `ExportMetricsServiceResponse` says was left out. Counts data points: that of a histogram is many samples, so
 * at least so many. `undefined` when all was taken, or the answer is of another kind.
 */
export function readPartialSuccess(answer: Uint8Array): Rejection | undefined {
  try {
    const reader = new PbfReader(answer);
    const rejection = reader.readFields(readResponseField, { samples: 0, reason: '' });
    return rejection.samples > 0 ? rejection : undefined;
  } catch {
    return undefined; // no protobuf
  }
}

type Found = { samples: number; reason: string };

function readResponseField(field: number, found: Found, reader: PbfReader): void {
  if (field === 1) reader.readMessage(readPartialSuccessField, found);
}

function readPartialSuccessField(field: number, found: Found, reader: PbfReader): void {
  if (field === 1) found.samples = reader.readVarint(true);
  if (field === 2) found.reason = reader.readString();
}
