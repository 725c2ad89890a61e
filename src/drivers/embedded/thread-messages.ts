import type { ErrorCode } from '../../core/errors.ts';
import type { TargetStats } from './truth.ts';

/** What the thread that started a target says to it. */
export type ToTarget = { readonly kind: 'stats' } | { readonly kind: 'close' };

/** What the target's thread says; each `stats` is answered in turn, `close` by `closed` or `failed`. */
export type FromTarget =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'stats'; readonly stats: TargetStats }
  | { readonly kind: 'closed'; readonly stats: TargetStats }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined };
