import type { Clock } from '../shared/clock.ts';
import type { DebugSwitch, Log } from '../shared/log.ts';
import type { MetricsRegistryOptions } from '../metrics/metrics-registry.ts';

/** Options of all composed parts. */
export interface ComposeOptions extends Pick<MetricsRegistryOptions, 'build' | 'revision' | 'processMetrics'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly debug: DebugSwitch;
}
