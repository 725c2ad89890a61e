import { groupBy } from '../../shared/group-by.ts';
import { describeChange } from '../../shared/load-change.ts';
import { formatCount, formatRate } from '../../shared/units.ts';
import type { changeDocument } from '../document/change-document.ts';

type ChangeDocument = ReturnType<typeof changeDocument>;

/**
 * Summarizes the changes of a load: `paused twice, pace of reads changed to 1,000/s`; empty: there were none. The pace is
 * the last one.
 */
export function summarizeChanges(changes: readonly ChangeDocument[]): string {
  const pauses = changes.filter(({ kind }) => kind === 'pause').length;
  const set = changes.filter(({ to }) => to !== null);
  const last = [...groupBy(set, ({ kind, job }) => `${kind}\n${job}`).values()].flatMap((all) => all.at(-1) ?? []);
  return [
    ...(pauses === 0 ? [] : [`paused ${pauses === 1 ? 'once' : `${formatCount(pauses)} times`}`]),
    ...last.map(({ kind, job, to }) => {
      const value = kind === 'pace' ? formatRate(to ?? NaN) : formatCount(to ?? NaN);
      return `${kind} of ${job} changed to ${value}`;
    }),
  ].join(', ');
}

/** Describes one change of a result: `load paused by a command`. */
export function describeChangeDocument({ kind, by, job, from, to }: ChangeDocument): string {
  return describeChange({
    kind,
    by,
    job: job ?? undefined,
    from: from ?? undefined,
    to: to ?? undefined,
  });
}

/** Time spans of the pauses, in seconds since the start of the run; the last one may last until `endSeconds`. */
export function pauseSpans(
  changes: readonly ChangeDocument[],
  endSeconds: number,
): readonly (readonly [from: number, to: number])[] {
  const spans: (readonly [number, number])[] = [];
  let from: number | undefined;
  for (const { kind, at_seconds: at } of changes) {
    if (kind === 'pause') from ??= at;
    if (kind !== 'resume' || from === undefined) continue;
    spans.push([from, at]);
    from = undefined;
  }
  return from === undefined ? spans : [...spans, [from, Math.max(from, endSeconds)]];
}
