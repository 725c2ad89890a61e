import { type Clock, EpochClock } from '../shared/clock.ts';
import type { LabelRules } from '../plan/label-rules.ts';
import type { Snapshot } from '../recorder/snapshot.ts';
import { additionalFamilies } from './additional-families.ts';
import { agentFamilies, withAgent, type Build, buildInfo, runInfo, type Revision } from './agent-families.ts';
import { ExposedJobs } from './exposed-jobs.ts';
import type { Exposition, Family } from './family.ts';
import { GoRuntime, type HeapAccount } from './go-runtime.ts';
import { iterationFamilies } from './iteration-families.ts';
import { jobFamilies } from './job-families.ts';
import { JobLabels } from './series-labels.ts';
import { k6Families, k6NativeFamilies } from './k6-families.ts';
import { mergeFamilies, createRelabel, relabelNative } from './relabel.ts';
import type { ProcessMetrics } from './process-metrics.ts';
import { requestFamilies } from './request-families.ts';
import { LabelCache } from './text.ts';

/** Inputs and settings of the exposed metrics. */
export interface MetricsRegistryOptions {
  /** Label `agent` of every series; never empty. */
  readonly agent: string;
  readonly build: Build;
  readonly revision: Revision;
  readonly processMetrics: ProcessMetrics;
  readonly clock: Pick<Clock, 'epochMs' | 'nowMs'>;
  /** Valid rules; checked with `validateLabelRules`. */
  readonly labelRules: LabelRules;
  /** Whether to expose the families that dashboards for Go processes use. */
  readonly goCompat: boolean;
  /** Whether to expose requests under k6's names as well; requires snapshots with latencies. */
  readonly k6Compat: boolean;
  /** Value of `loadbot_debug`; may change at any time. */
  readonly debug: { readonly on: boolean };
  /** Retention of a run's jobs after its end, in milliseconds: see `retentionMs`. */
  readonly keepMs: number;
}

/** Registry of all metrics of an agent, independent of format and transport. */
export interface MetricsRegistry {
  /**
   * Collects the families of the agent's runs with the current state of the process.
   * @param runs the oldest first; ended runs until `retentionMs` after their end
   * @param others families of other sources, which need not have the label `agent`
   */
  collect(runs: readonly Snapshot[], others?: readonly Family[]): Promise<Exposition>;
  /**
   * Drops expired runs as `collect` does, for times without collections.
   * @param runs the oldest first
   */
  expire(runs: readonly Snapshot[]): void;
  /** Whether a run has expired and need not be passed again. */
  hasExpired(runId: string): boolean;
  /** Opens the heap account of a new thread; `undefined` unless `goCompat`. */
  openHeapAccount(): HeapAccount | undefined;
}

export function createMetricsRegistry(options: MetricsRegistryOptions): MetricsRegistry {
  const { agent, build, revision, processMetrics, clock, labelRules, debug, keepMs } = options;
  const exposedJobs = new ExposedJobs(keepMs);
  const jobLabels = new JobLabels();
  const relabel = createRelabel(labelRules);
  const labelTexts = new LabelCache();
  const epochClock = new EpochClock(clock);
  let newestRunId: string | undefined;
  const goRuntime = options.goCompat ? new GoRuntime() : undefined;
  /** Counts of expired jobs whose series are shared with others: a counter must not decrease. */
  let retired: readonly Family[] = [];
  const share = labelRules.dropped.includes('job_uuid');

  const recordedFamilies = (runs: readonly Snapshot[]): readonly Family[] => [
    ...requestFamilies(runs, jobLabels),
    ...additionalFamilies(runs, jobLabels),
    ...iterationFamilies(runs, jobLabels),
    ...(options.k6Compat ? k6Families(runs) : []),
    ...jobFamilies(runs, jobLabels).map((family) => (share ? withoutQuantiles(family) : family)),
  ];
  const keepRetired = (left: readonly Snapshot[]): void => {
    const counted = recordedFamilies(left).filter(({ type }) => type !== 'gauge');
    retired = mergeFamilies([...retired, ...relabel(counted)], labelTexts);
  };
  const select = (runs: readonly Snapshot[]): readonly Snapshot[] => {
    const { shown, expired } = exposedJobs.select(runs, clock.nowMs());
    if (share && expired.length > 0) keepRetired(expired);
    return shown;
  };

  /** Adopts adjustments of the system clock only between runs and at the start of one. */
  const followClock = (runId: string | undefined, isShown: boolean): void => {
    if (!isShown || runId !== newestRunId) epochClock.follow();
    newestRunId = runId;
  };

  return {
    async collect(runs, others = []) {
      const shown = select(runs);
      followClock(runs.at(-1)?.runId, shown.length > 0);
      const epochMs = epochClock.now(); // snapshots of ended runs may be old
      const recorded = recordedFamilies(shown);
      jobLabels.evictUnused();
      const kept = retired;
      const families = relabel([
        ...recorded,
        buildInfo(build, agent),
        ...(shown.length > 0 ? [runInfo(shown, revision)] : []),
        ...agentFamilies(agent, { debug: debug.on, evicted: exposedJobs.evicted }),
        ...withAgent(others, agent),
        ...(goRuntime?.families(agent, shown) ?? []),
        ...(await processMetrics.read(agent)),
      ]);
      const native = options.k6Compat ? { native: relabelNative(k6NativeFamilies(shown), labelRules) } : {};
      if (labelRules.dropped.length === 0) return { epochMs, families, ...native };
      return { epochMs, families: mergeFamilies([...families, ...kept], labelTexts), ...native };
    },
    expire: (runs) => void select(runs),
    hasExpired: (runId) => exposedJobs.hasRunExpired(runId),
    openHeapAccount: () => goRuntime?.openHeapAccount(),
  };
}

/** Removes quantiles, which cannot be merged, from families whose series several jobs share. */
function withoutQuantiles(family: Family): Family {
  if (family.type !== 'summary') return family;
  return { ...family, samples: family.samples.filter(({ labels }) => !('quantile' in labels)) };
}
