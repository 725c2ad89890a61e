import { PbfReader } from 'pbf';
import type { Rejection } from '../push/protocol.ts';

/**
 * Parses the rejections of an `ExportMetricsServiceResponse`. They count data points; a histogram is one data point
 * with many samples, so the number is a lower bound. `undefined` when all was accepted, or the response has another
 * format.
 */
export function readPartialSuccess(answer: Uint8Array): Rejection | undefined {
  try {
    const reader = new PbfReader(answer);
    const rejection = reader.readFields(readResponseField, { samples: 0, reason: '' });
    return rejection.samples > 0 ? rejection : undefined;
  } catch {
    return undefined; // not protobuf
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
