import type { Clock } from '../core/clock.ts';
import { EpochClock } from '../core/epoch-clock.ts';
import type { LabelRules } from '../core/label-rules.ts';
import type { Snapshot } from '../recorder/snapshot.ts';
import { agentFamilies, withAgent } from './agent-families.ts';
import { ExposedJobs } from './exposed-jobs.ts';
import type { Exposition, Family } from './family.ts';
import { GoRuntime, type HeapAccount } from './go-runtime.ts';
import { type Build, buildInfo, runInfo } from './info-families.ts';
import { jobFamilies } from './job-families.ts';
import { JobLabels } from './job-labels.ts';
import { k6Families, k6NativeFamilies } from './k6-families.ts';
import { mergeFamilies } from './merge-families.ts';
import type { ProcessMetrics } from './process-metrics.ts';
import { createRelabel, relabelNative } from './relabel.ts';
import { requestFamilies } from './request-families.ts';
import type { Revision } from './revision.ts';
import { LabelTexts } from './text.ts';

/** Inputs and settings of the exposed metrics. */
export interface SurfaceOptions {
  /** Label `agent` of every series; never empty. */
  readonly agent: string;
  readonly build: Build;
  readonly revision: Revision;
  readonly processMetrics: ProcessMetrics;
  readonly clock: Pick<Clock, 'epochMs' | 'nowMs'>;
  /** Valid rules; checked with `labelRuleFault`. */
  readonly labelRules: LabelRules;
  /** Whether to expose the families that dashboards for Go processes use. */
  readonly goCompat: boolean;
  /** Whether to expose requests under k6's names as well; requires snapshots with latencies. */
  readonly k6Compat: boolean;
  /** Value of `loadbot_debug`; may change at any time. */
  readonly debug: { readonly on: boolean };
  /** Retention of a run's jobs after its end, in milliseconds: see `exposureMs`. */
  readonly keepMs: number;
}

/** Registry of all metrics of an agent, independent of format and transport. */
export interface Surface {
  /**
   * Collects the families of the agent's runs with the current state of the process.
   * @param runs the oldest first; ended runs until `keepMs` after their end
   * @param others families of other sources, which need not have the label `agent`
   */
  collect(runs: readonly Snapshot[], others?: readonly Family[]): Promise<Exposition>;
  /**
   * Drops expired runs as `collect` does, for times without collections.
   * @param runs the oldest first
   */
  expire(runs: readonly Snapshot[]): void;
  /** Whether a run has expired and need not be passed again. */
  hasLeft(runId: string): boolean;
  /** Opens the heap account of a new thread; `undefined` unless `goCompat`. */
  openHeapAccount(): HeapAccount | undefined;
}

export function createSurface(options: SurfaceOptions): Surface {
  const { agent, build, revision, processMetrics, clock, labelRules, debug, keepMs } = options;
  const exposedJobs = new ExposedJobs(keepMs);
  const jobLabels = new JobLabels();
  const relabel = createRelabel(labelRules);
  const labelTexts = new LabelTexts();
  const epochClock = new EpochClock(clock);
  let newestRunId: string | undefined;
  const goRuntime = options.goCompat ? new GoRuntime() : undefined;
  /** Counts of expired jobs whose series are shared with others: a counter must not decrease. */
  let departed: readonly Family[] = [];
  const share = labelRules.dropped.includes('job_uuid');

  const recordedFamilies = (runs: readonly Snapshot[]): readonly Family[] => [
    ...requestFamilies(runs, jobLabels),
    ...(options.k6Compat ? k6Families(runs) : []),
    ...jobFamilies(runs, jobLabels).map((family) => (share ? withoutQuantiles(family) : family)),
  ];
  const keepDeparted = (left: readonly Snapshot[]): void => {
    const counted = recordedFamilies(left).filter(({ type }) => type !== 'gauge');
    departed = mergeFamilies([...departed, ...relabel(counted)], labelTexts);
  };
  const select = (runs: readonly Snapshot[]): readonly Snapshot[] => {
    const { shown, left } = exposedJobs.select(runs, clock.nowMs());
    if (share && left.length > 0) keepDeparted(left);
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
      jobLabels.forgetUnused();
      const kept = departed;
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
    hasLeft: (runId) => exposedJobs.hasLeft(runId),
    openHeapAccount: () => goRuntime?.openHeapAccount(),
  };
}

/** Removes quantiles, which cannot be merged, from families whose series several jobs share. */
function withoutQuantiles(family: Family): Family {
  if (family.type !== 'summary') return family;
  return { ...family, samples: family.samples.filter(({ labels }) => !('quantile' in labels)) };
}
