import { type JobRunEnd, mergeEnds } from '../../engine/job-run-end.ts';
import type { JobPreparation, LoadUnit, UnitMemory } from '../../engine/load-unit.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { isOfPart, partsOf } from '../../plan/job-part.ts';
import { type Plan, sendsRequests } from '../../plan/plan.ts';
import { countsIterations } from '../../shared/job-type.ts';
import { addTotals, equalTotals, type JobPartTotals, totalsOf } from '../wire/totals.ts';
import type { CutMerger } from './cut-merger.ts';
import type { Commander } from './commander.ts';
import type { FleetMember, MemberJobEnd } from './fleet-member.ts';

/** Least time from a command to the start of a job on all agents, in milliseconds. */
const LEAST_AHEAD_MS = 250;

interface FleetUnitOptions {
  /** In the order of their ranks; the first has rank 0. */
  readonly members: readonly (readonly [FleetMember, Commander])[];
  readonly merger: CutMerger;
  readonly plan: Plan;
  /** Tells all agents to stop; `isNow`: and to abort their requests in flight. */
  readonly onStop: (isNow: boolean) => void;
  readonly onClose: () => Promise<void>;
}

/** All agents of a fleet as one load unit: they prepare each job, and start it at the same moment. */
export class FleetUnit implements LoadUnit {
  readonly #options: FleetUnitOptions;

  constructor(options: FleetUnitOptions) {
    this.#options = options;
  }

  get startAheadMs(): number {
    const slowest = Math.max(0, ...this.#live.map(([, { slowestMs }]) => slowestMs));
    return Math.max(LEAST_AHEAD_MS, 2 * slowest);
  }

  async prepare(job: number, preparation: JobPreparation, { parts }: UnitMemory): Promise<void> {
    this.#options.merger.open(job, parts);
    const prepare = async ([member, commander]: readonly [FleetMember, Commander]): Promise<void> => {
      await Promise.all([commander.send({ kind: 'prepare', job, ...preparation }), member.waitFor(`prepared ${job}`)]);
    };
    await Promise.all(this.#live.map(prepare));
  }

  async run(job: number, startMs: number): Promise<JobRunEnd> {
    const { merger } = this.#options;
    const members = this.#live;
    merger.begin(job, startMs);
    for (const [member] of members) member.startedMs ??= startMs;
    try {
      const run = async ([member, commander]: readonly [FleetMember, Commander]): Promise<MemberJobEnd | undefined> => {
        // A lost agent accepts no command, but its end is known.
        const accepted = commander.send({ kind: 'run', job, startMs });
        const ended = member.waitFor(`ended ${job}`);
        await Promise.race([accepted, ended]);
        return ended;
      };
      const ends = await Promise.all(members.map(run));
      const countedMs = Math.max(startMs, merger.readMs);
      merger.end(job);
      const known = ends.filter((end) => end !== undefined);
      if (known.length === ends.length) this.#compare(job, known);
      const merged = mergeEnds(known.length === 0 ? [emptyEnd(countedMs)] : known.map(({ end }) => end));
      return known.length === ends.length ? merged : { ...merged, planned: this.#plannedSoFar(job) };
    } finally {
      merger.end(job);
      merger.close(job);
    }
  }

  steer(): void {
    throw new LoadbotError('internal', 'the load of a fleet cannot be changed while it runs');
  }

  stop(drainMs?: number): void {
    this.#options.onStop(drainMs === 0);
  }

  close(): Promise<void> {
    return this.#options.onClose();
  }

  get #live(): readonly (readonly [FleetMember, Commander])[] {
    return this.#options.members.filter(([member]) => !member.isLost);
  }

  /** Compares the sums of the frames with the totals that the agents counted themselves. */
  #compare(job: number, ends: readonly MemberJobEnd[]): void {
    const sums = new Map<string, JobPartTotals>();
    for (const totals of ends.flatMap((end) => end.totals)) {
      const key = `${totals.part}/${totals.window}`;
      const before = sums.get(key);
      sums.set(key, before === undefined ? totals : { ...totals, ...addTotals(before, totals) });
    }
    for (const sum of sums.values()) {
      const target = this.#options.merger.target(job, sum.part, sum.window);
      if (target !== undefined && equalTotals(totalsOf([target.slots], target.layout), sum)) continue;
      const what = `the merged counts of job ${job} differ from those of the agents`;
      throw new LoadbotError('internal', what, { hint: 'the result is not valid; please report this as a bug' });
    }
  }

  /** Without the report of a lost agent, the planned requests are those that the counts show: started and skipped. */
  #plannedSoFar(index: number): readonly number[] {
    const { plan, merger } = this.#options;
    const job = plan.jobs[index];
    if (job === undefined || !sendsRequests(job)) return [];
    const planned = job.mix.map(() => 0);
    for (const [number, part] of partsOf(job).entries()) {
      const isCounted = job.scenario === undefined || countsIterations(part);
      const operation = job.scenario === undefined ? job.mix.findIndex((one) => isOfPart(one, part)) : 0;
      if (isCounted) planned[operation] = merger.plannedOf(index, number);
    }
    return planned;
  }
}

/** End of a job without a report of any agent. */
function emptyEnd(endedMs: number): JobRunEnd {
  return { planned: [], endedMs, usedBelow: Infinity, noneFrom: 0 };
}
