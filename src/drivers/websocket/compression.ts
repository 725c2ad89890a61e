import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { ClassifiedError } from '../classify-error.ts';
import { messageOf } from '../../shared/errors.ts';
import { MessageTooLarge } from './close-codes.ts';

/** Offer of the upgrade: each message is compressed by itself, so that a connection holds no window. */
export const COMPRESSION_OFFER = 'permessage-deflate; client_no_context_takeover; server_no_context_takeover';

/** End of a flushed block, which is not sent (RFC 7692, section 7.2.1). */
const TAIL = Buffer.from([0, 0, 0xff, 0xff]);
/** A window of 8 to 15 bits fits that of the client. */
const PARAMETER = /^(?:(?:client|server)_no_context_takeover|server_max_window_bits="?(?:8|9|1[0-5])"?)$/;

/**
 * Checks the extensions that a server has accepted.
 * @throws {ClassifiedError} when it does not compress, or not as offered
 */
export function checkCompression(extensions: string | undefined): void {
  const [name = '', ...parameters] = (extensions ?? '').split(';').map((part) => part.trim());
  if (name === '') throw new ClassifiedError('protocol', 'the server does not compress messages (permessage-deflate)');
  const isOffered = name === 'permessage-deflate' && parameters.every((parameter) => PARAMETER.test(parameter));
  if (!isOffered || !parameters.includes('server_no_context_takeover'))
    throw new ClassifiedError('protocol', 'the server compresses messages in a way that was not offered');
}

/** Compresses a message by itself (permessage-deflate, RFC 7692). */
export function compressMessage(payload: string | Uint8Array): Buffer {
  const whole = deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH });
  return whole.subarray(0, whole.length - TAIL.length);
}

/**
 * Decompresses a message.
 * @throws {ClassifiedError} when it is not valid, or larger than `maxBytes`
 */
export function decompressMessage(payload: Buffer, maxBytes: number): Buffer {
  try {
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: maxBytes };
    return inflateRawSync(Buffer.concat([payload, TAIL]), options);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw new MessageTooLarge(maxBytes);
    throw new ClassifiedError('protocol', `a message of the server cannot be decompressed: ${messageOf(error)}`);
  }
}
