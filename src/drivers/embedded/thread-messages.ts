import type { ErrorCode } from '../../shared/errors.ts';
import type { TargetStats } from './target-statistics.ts';

/** Messages to the target's thread. */
export type TargetCommand = { readonly kind: 'stats' } | { readonly kind: 'close' };

/** Messages from the target's thread. Each `stats` gets a `stats` response; `close` gets `closed` or `failed`. */
export type TargetReply =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'stats'; readonly stats: TargetStats }
  | { readonly kind: 'closed'; readonly stats: TargetStats }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined };
