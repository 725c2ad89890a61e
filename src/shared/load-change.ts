import { formatCount, formatRate } from './units.ts';

/** Kinds of changes of a load while it runs. */
type SteeringKind = 'pause' | 'resume' | 'pace' | 'connections';

/** Who changed the load: a command, the live page, or another client of the control API. */
export type SteeringClient = 'command' | 'page' | 'api';

/** A change of the load of a run while it ran. */
export interface SteeringChange {
  readonly kind: SteeringKind;
  /** When it took effect. */
  readonly epochMs: number;
  readonly by: SteeringClient;
  /** Job whose load was changed; `undefined`: all of them. */
  readonly job?: string | undefined;
  /** Requests per second, or connections, before and after; `undefined`: a pause. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const BY: Readonly<Record<SteeringClient, string>> = {
  command: 'by a command',
  page: 'on the live page',
  api: 'over the control API',
};

/** Describes a change: `pace of reads changed from 500/s to 1,000/s by a command`. */
export function describeChange({ kind, by, job, from = NaN, to = NaN }: Omit<SteeringChange, 'epochMs'>): string {
  if (kind === 'pause') return `load paused ${BY[by]}`;
  if (kind === 'resume') return `load resumed ${BY[by]}`;
  const format = kind === 'pace' ? formatRate : formatCount;
  return `${kind} of ${job} changed from ${format(from)} to ${format(to)} ${BY[by]}`;
}
