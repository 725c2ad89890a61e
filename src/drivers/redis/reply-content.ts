import type { Json } from '../../shared/json.ts';
import { ReplyContent } from '../reply-content.ts';
import type { ResponseContent, ResponseNeeds } from '../driver.ts';
import type { RedisRequest } from './request.ts';

/** Size of a number or null, and of a list without its elements, in bytes. */
const SCALAR_BYTES = 8;

/**
 * Kept parts of a reply: the number of a list's elements, 0 for null, or 1.
 * @param isQueued whether the reply only confirms that the server has queued the command of a transaction
 */
export function replyContent(
  reply: unknown,
  { repliesCount }: Pick<RedisRequest, 'repliesCount'>,
  { body, maxBytes }: ResponseNeeds,
  isQueued: boolean,
): ResponseContent {
  const rowCount = repliesCount && typeof reply === 'number' ? reply : countRows(reply);
  return new ReplyContent({
    rowCount: isQueued ? undefined : rowCount,
    bytes: bytesOf(reply),
    maxBytes,
    build: body ? (): Json => toJson(reply) : undefined,
  });
}

function countRows(reply: unknown): number {
  if (Array.isArray(reply)) return reply.length;
  return reply === null || reply === undefined ? 0 : 1;
}

function bytesOf(reply: unknown): number {
  if (typeof reply === 'string') return Buffer.byteLength(reply);
  if (!Array.isArray(reply)) return SCALAR_BYTES;
  return reply.reduce((total: number, element) => total + bytesOf(element), SCALAR_BYTES);
}

function toJson(reply: unknown): Json {
  if (Array.isArray(reply)) return reply.map(toJson);
  return typeof reply === 'string' || typeof reply === 'number' ? reply : null;
}
