import type { Clock } from '../shared/clock.ts';
import type { PushTarget } from '../plan/push-target.ts';
import type { PushProtocolName } from '../push-catalog.ts';
import type { Destination } from '../shared/network/destination.ts';
import type { Labels } from '../metrics/family.ts';
import type { PushProtocol } from '../exporters/push/protocol.ts';
import type { SendQuery } from './send-query.ts';

/** Query endpoint, when it differs from the push endpoint. */
export type QueryEndpoint = Pick<Destination, 'url' | 'headers' | 'proxy'>;

/** The examination of one target. */
export interface Examination {
  readonly target: PushTarget;
  readonly protocolName: PushProtocolName;
  readonly protocol: PushProtocol;
  /** Sends a request to the push host. */
  readonly ask: SendQuery;
  /** Labels of the probe, without the target's extra labels. */
  readonly labels: Labels;
  /** Endpoint for reading back; `undefined`: next to the push path. */
  readonly query: QueryEndpoint | undefined;
  /** Timeout for reading back an accepted probe, in milliseconds. */
  readonly readWithinMs: number;
  readonly report: (finding: DoctorFinding) => void;
  readonly clock: Clock;
  /** Random number from 0 to 1, for the probe's value. */
  readonly random: () => number;
}

/** Result of one step of an examination. Texts are human-readable and contain no secret. */
export interface DoctorFinding {
  /** `warn`: metrics arrive, but with differences. `fail`: they do not arrive, or are useless. */
  readonly verdict: 'ok' | 'warn' | 'fail';
  /** Name of the step, one or two words. */
  readonly step: string;
  readonly message: string;
  /** Remedy. */
  readonly hint?: string;
}
