import { type Exposition, type Family, countSamples } from '../../metrics/family.ts';
import type { PushMessage, PushProtocol } from '../push/protocol.ts';
import { encodeExportRequest } from './export-request.ts';
import { readPartialSuccess } from './partial-success.ts';
import { splitExportRequest } from './split-request.ts';

/** Identity of the agent. */
export interface OtlpOptions {
  /** Name of this agent. */
  readonly agent: string;
  /** Start time of every counter, milliseconds since the epoch: the start of the process or of the run. */
  readonly startEpochMs: number;
}

const HEADERS = { 'content-type': 'application/x-protobuf' } as const;

/**
 * OTLP over HTTP in protobuf (https://opentelemetry.io/docs/specs/otlp/#otlphttp). OpenTelemetry's encoder for
 * JavaScript requires its SDK's objects and does not support summaries, so the few messages are encoded here.
 */
export function otlp(url: URL, { agent, startEpochMs }: OtlpOptions): PushProtocol {
  const resource = { 'service.name': 'loadbot-agent', 'service.instance.id': agent };
  let newest: Exposition = { epochMs: startEpochMs, families: [] };
  const encode = (families: readonly Family[], epochMs: number, ended: boolean): Uint8Array =>
    encodeExportRequest({
      resource,
      families,
      instants: { startEpochMs: Math.min(startEpochMs, epochMs), epochMs, ended },
    });
  return {
    url: url.href,
    takesGzip: true,
    onlyNewest: false,
    // Concatenated messages merge their repeated fields (protobuf).
    parts: { split: splitExportRequest, join: (bodies) => Buffer.concat(bodies) },
    encode(exposition) {
      newest = exposition;
      const body = encode(exposition.families, exposition.epochMs, false);
      return [{ headers: HEADERS, body, samples: countSamples(exposition) }];
    },
    endOfRun: {
      graceMs: 0,
      encode(epochMs): PushMessage[] {
        if (newest.families.length === 0) return [];
        const body = encode(newest.families, Math.max(epochMs, newest.epochMs + 1), true);
        return [{ headers: HEADERS, body, samples: 0 }];
      },
    },
    readRejection: readPartialSuccess,
  };
}
