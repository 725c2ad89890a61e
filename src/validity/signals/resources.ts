import { formatCountOf, formatShare } from '../../core/units.ts';
import type { Sighting } from '../finding.ts';
import type { Window } from '../window.ts';

const NEARLY_ALL = 0.9;
/** Failures of ours, of a second's requests. */
const LEAST_FAILURES = 10;
const LEAST_SHARE = 0.01;

/** Files, ports or memory that this machine has no more of. */
export function seeResources(recent: readonly Window[]): readonly Sighting[] {
  const newest = recent.at(-1);
  if (newest === undefined) return [];
  const hint = 'raise the limit of open files (`ulimit -n`), or use fewer connections';
  const unable = newest.jobs.flatMap(({ job, unable: value, requests }): Sighting[] => {
    if (value < LEAST_FAILURES || value < requests * LEAST_SHARE) return [];
    const message = `${formatCountOf(value, 'request')} of a second failed because this machine was out of something`;
    return [{ signal: 'resources', severity: 'invalid', job, value, unit: 'requests', message, hint }];
  });
  const { openFiles = 0 } = newest;
  if (unable.length > 0 || openFiles < NEARLY_ALL) return unable;
  const message = `${formatShare(openFiles, 1)} of the files that it may open are open`;
  return [{ signal: 'resources', severity: 'note', job: undefined, value: openFiles, unit: 'share', message, hint }];
}
