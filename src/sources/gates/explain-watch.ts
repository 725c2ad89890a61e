import type { Watch } from '../conditions/watch.ts';

/** Current values of a condition, human-readable. */
export function describeCurrentValues(watch: Watch): string {
  const { holds, because } = watch.verdict();
  const unread = watch.unread();
  if (holds === undefined && unread.length > 0) {
    return `source${unread.length === 1 ? '' : 's'} ${unread.join(', ')} cannot be read`;
  }
  return because ?? 'no such series';
}
