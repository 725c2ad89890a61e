import type { Clock } from '../shared/clock.ts';
import type { Bus } from './bus/bus.ts';

/** Options of every part of a coordinator or agent that sends messages. */
export interface MemberOptions {
  readonly bus: Bus;
  /** The clock of this process. */
  readonly clock: Clock;
}

/** The same, of a part that belongs to one run. */
export interface RunMemberOptions extends MemberOptions {
  /** Id of the run. */
  readonly run: string;
}
