import process from 'node:process';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { readTextFile } from '../shared/read-file.ts';
import type { Family, Sample } from './family.ts';
import { registerGcDurations } from './gc-durations.ts';
import { formatGoFloat } from './go-float.ts';
import { processFileFamilies } from './process-files.ts';
import { resourceUsageFamilies } from './resource-usage.ts';

/** Metrics of this process and its runtime: `process_*` and `nodejs_*`, as in common Node dashboards. */
export interface ProcessMetrics {
  /** Reads the current values, each sample with the label `agent`. */
  read(agent: string): Promise<readonly Family[]>;
}

/**
 * Starts observing the process. The observers cannot be removed, so create one per process, whatever the number of
 * runs. It does not keep the process alive.
 */
export function collectProcessMetrics(): ProcessMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerGcDurations(registry);
  return {
    async read(agent) {
      const metrics = (await registry.getMetricsAsJSON()) as unknown as readonly LibraryMetric[];
      return [
        ...metrics.map((metric) => toFamily(metric, agent)).filter(({ samples }) => samples.length > 0),
        ...resourceUsageFamilies(agent, process.resourceUsage()),
        ...processFileFamilies(agent, readTextFile),
      ];
    },
  };
}

/**
 * Actual shape of the metrics of `prom-client`; its declarations type `type` as a number and omit the sample's name.
 */
interface LibraryMetric {
  readonly name: string;
  readonly help: string;
  readonly type: Family['type'];
  readonly values: readonly {
    readonly value: number;
    readonly labels: Readonly<Record<string, string | number>>;
    readonly metricName?: string;
  }[];
}

function toFamily({ name, help, type, values }: LibraryMetric, agent: string): Family {
  const samples = values.map(({ value, labels, metricName = name }): Sample => ({
    suffix: metricName.slice(name.length),
    labels: {
      ...Object.fromEntries(Object.entries(labels).map(([label, text]) => [label, formatLabel(text)])),
      agent,
    },
    value: name.startsWith(EVENT_LOOP_LAG) ? finiteLag(value) : value,
  }));
  // Gauges with a counter's name, which dashboards use.
  return { name, help, type: type === 'gauge' && name.endsWith('_total') ? 'unknown' : type, samples };
}

const EVENT_LOOP_LAG = 'nodejs_eventloop_lag_';

/**
 * Replaces invalid values by 0: two readings within 10 ms have no sample between them, so the mean is NaN and the
 * minimum 292 years.
 */
function finiteLag(seconds: number): number {
  return seconds < 1e9 ? seconds : 0;
}

function formatLabel(value: string | number): string {
  return typeof value === 'number' ? formatGoFloat(value) : value;
}
