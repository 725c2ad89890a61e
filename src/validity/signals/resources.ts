import { formatCountOf, formatShare } from '../../shared/units.ts';
import type { Detection } from '../finding.ts';
import type { SampleWindow } from '../window.ts';

const NEARLY_ALL = 0.9;
/** Minimum number of the generator's own failures in a second, and their minimum share. */
const LEAST_FAILURES = 10;
const LEAST_SHARE = 0.01;

/** Detects exhausted files, ports or memory of this machine. */
export function detectResources(recent: readonly SampleWindow[]): readonly Detection[] {
  const newest = recent.at(-1);
  if (newest === undefined) return [];
  const hint = 'raise the limit of open files (`ulimit -n`), or use fewer connections';
  const unable = newest.jobs.flatMap(({ job, exhaustedRequests: value, requests }): Detection[] => {
    if (value < LEAST_FAILURES || value < requests * LEAST_SHARE) return [];
    const message = `${formatCountOf(value, 'request')} in one second failed because this machine ran out of files, ports or memory`;
    return [{ signal: 'resources', severity: 'invalid', job, value, unit: 'requests', message, hint }];
  });
  const { openFiles = 0 } = newest;
  if (unable.length > 0 || openFiles < NEARLY_ALL) return unable;
  const message = `${formatShare(openFiles, 1)} of the open files limit is in use`;
  return [{ signal: 'resources', severity: 'note', job: undefined, value: openFiles, unit: 'share', message, hint }];
}
