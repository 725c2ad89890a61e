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

/** What the surface tells beside what is recorded, and how. */
export interface SurfaceOptions {
  /** Label `agent` of every series; never empty. */
  readonly agent: string;
  readonly build: Build;
  readonly revision: Revision;
  readonly processMetrics: ProcessMetrics;
  readonly clock: Pick<Clock, 'epochMs' | 'nowMs'>;
  /** Without a fault: see `labelRuleFault`. */
  readonly labelRules: LabelRules;
  /** Whether the families that dashboards for Go processes chart are there too. */
  readonly goCompat: boolean;
  /** Whether requests are there under k6's names too; needs snapshots with latencies. */
  readonly k6Compat: boolean;
  /** What `loadbot_debug` shows; may change at any time. */
  readonly debug: { readonly on: boolean };
  /** How long a run's jobs are shown after it has ended: see `exposureMs`. */
  readonly keepMs: number;
}

/** Everything that an agent exposes, whatever the format and the way it leaves. */
export interface Surface {
  /**
   * The families of the agent's runs, with the state of the process at this moment.
   * @param runs the oldest first; of one that has ended, until `keepMs` after its end
   * @param others families that come from elsewhere; they need not carry the label `agent`
   */
  collect(runs: readonly Snapshot[], others?: readonly Family[]): Promise<Exposition>;
  /**
   * Lets go of the runs whose time is over, as `collect` does, for when nobody collects.
   * @param runs the oldest first
   */
  expire(runs: readonly Snapshot[]): void;
  /** Whether a run that was given has left for good, so that it needs to be given no more. */
  hasLeft(runId: string): boolean;
  /** Where one more thread is to account for its heap; `undefined` unless `goCompat`. */
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
  /** Where jobs share series, what those that have left have counted: a counter must not fall. */
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

  /** Corrections of the system's clock are taken over between runs, and when one begins. */
  const followClock = (runId: string | undefined, isShown: boolean): void => {
    if (!isShown || runId !== newestRunId) epochClock.follow();
    newestRunId = runId;
  };

  return {
    async collect(runs, others = []) {
      const shown = select(runs);
      followClock(runs.at(-1)?.runId, shown.length > 0);
      const epochMs = epochClock.now(); // runs that are over may have been read long ago
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

/** Jobs that share a series have no quantiles: those of several summaries do not follow from the quantiles of each. */
function withoutQuantiles(family: Family): Family {
  if (family.type !== 'summary') return family;
  return { ...family, samples: family.samples.filter(({ labels }) => !('quantile' in labels)) };
}
