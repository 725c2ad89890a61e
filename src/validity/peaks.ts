import type { Peaks } from './finding.ts';
import type { SampleWindow } from './window.ts';

/** Returns the maximum of each value. */
export function raisePeaks(peaks: Peaks, window: SampleWindow): Peaks {
  const figures: Record<keyof Peaks, number | undefined> = {
    eventLoopUtilization: highest(window.threads.map(({ utilization }) => utilization)),
    blocked: highest(window.threads.map(({ blocked }) => blocked)),
    cpuWait: highest(window.threads.map(({ cpuWait }) => cpuWait)),
    steal: window.steal,
    throttled: window.throttled?.time,
    openFiles: window.openFiles,
  };
  const known = Object.entries(figures).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Math.max(value, peaks[name as keyof Peaks] ?? 0)] as const],
  );
  return { ...peaks, ...Object.fromEntries(known) };
}

function highest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
