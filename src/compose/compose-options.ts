import type { Clock } from '../core/clock.ts';
import type { DebugSwitch } from '../core/debug.ts';
import type { Log } from '../core/log.ts';
import type { MetricsRegistryOptions } from '../metrics/metrics-registry.ts';

/** Options of all composed parts. */
export interface ComposeOptions extends Pick<MetricsRegistryOptions, 'build' | 'revision' | 'processMetrics'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly debug: DebugSwitch;
}
