import { encodeField } from '../http/http2/header-encoder.ts';
import type { GrpcSettings } from './settings.ts';

/** Encodes the headers of all calls of a method, as a header block in Latin-1 text. */
export function encodeCallHeaders(
  { scheme, authority }: Pick<GrpcSettings, 'scheme' | 'authority'>,
  path: string,
): string {
  return [
    encodeField(':method', 'POST'),
    encodeField(':scheme', scheme),
    encodeField(':path', path),
    encodeField(':authority', authority),
    encodeField('content-type', 'application/grpc'),
    encodeField('te', 'trailers'),
    encodeField('user-agent', 'loadbot-agent'),
  ].join('');
}
