import type { Watch } from '../conditions/watch.ts';

/** What the sources say to a condition at this moment, for people. */
export function explainWatch(watch: Watch): string {
  const { holds, because } = watch.verdict();
  const unread = watch.unread();
  if (holds === undefined && unread.length > 0) {
    return `source${unread.length === 1 ? '' : 's'} ${unread.join(', ')} cannot be read`;
  }
  return because ?? 'there is no such series';
}
