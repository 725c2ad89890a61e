import type { Clock } from '../../core/clock.ts';
import type { PushProtocolName, PushTarget } from '../../core/push-target.ts';
import type { Destination } from '../../core/secrets.ts';
import type { Labels } from '../../metrics/family.ts';
import type { PushProtocol } from '../push/protocol.ts';
import type { Ask } from './ask.ts';
import type { Finding } from './finding.ts';

/** Where something can be asked that is not where it is pushed to. */
export type QueryPlace = Pick<Destination, 'url' | 'headers' | 'proxy'>;

/** One target under examination. */
export interface Case {
  readonly target: PushTarget;
  readonly protocolName: PushProtocolName;
  readonly protocol: PushProtocol;
  /** Asks the host that is pushed to. */
  readonly ask: Ask;
  /** Labels of the probe, without the target's extra ones. */
  readonly labels: Labels;
  /** Where to read back; `undefined`: beside the path that is pushed to. */
  readonly query: QueryPlace | undefined;
  /** How long to look for what was accepted. */
  readonly readWithinMs: number;
  readonly report: (finding: Finding) => void;
  readonly clock: Clock;
  /** From 0 to 1; makes the probe's value. */
  readonly random: () => number;
}
