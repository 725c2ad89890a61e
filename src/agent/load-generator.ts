import type { Clock } from '../shared/clock.ts';
import type { LoadClock } from '../shared/load-clock.ts';
import type { LatencyFloor } from '../shared/floor.ts';
import type { LoadUnit, UnitFailure } from '../engine/load-unit.ts';
import type { Family } from '../metrics/family.ts';
import type { HeapAccount } from '../metrics/go-runtime.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunRecord } from '../recorder/run-record.ts';
import type { AgentResult } from '../reports/report.ts';
import type { ValidityMonitor } from '../validity/monitor.ts';

/** What a generator needs of its run. */
export interface GeneratorRun {
  /** The effective plan: its target is the one that receives the load. */
  readonly plan: Plan;
  readonly record: RunRecord;
  /** Clock of the pauses of the run. */
  readonly loadClock: LoadClock;
  /** [0]: 32-bit mask of the active phases of the system under test. */
  readonly phases: SharedArrayBuffer;
  /** Names of these phases, in the order of the mask's bits. */
  readonly phaseNames: readonly string[];
  readonly onFailure: (failure: UnitFailure) => void;
  /** Ends the run as aborted because a part of its load is lost, with a reason. */
  readonly abort: (reason: string) => void;
  /** Opens the heap account of a load thread; `undefined`: not collected. */
  readonly openHeapAccount: () => HeapAccount | undefined;
}

/** Sends the load of one run: the threads of this process, or the agents of a fleet. */
export interface LoadGenerator {
  readonly validity: ValidityMonitor;
  /** Clock of the run's record. That of a fleet stops until the counts of its agents have arrived. */
  readonly recordClock: Clock;
  /** Why the load cannot be changed while it runs; absent: it can. */
  readonly steeringRefusal?: string | undefined;
  /** Families of the generator and of its validity. */
  families(): readonly Family[];
  /** Opens the units that send the load. They wait for commands. @throws {LoadbotError} */
  open(run: GeneratorRun): Promise<readonly LoadUnit[]>;
  /** Minimum durations of requests on the machine with the lowest ones; `undefined`: unknown. */
  floor(): LatencyFloor | undefined;
  /** Agents of a fleet; empty: this process. */
  agents(): readonly AgentResult[];
  /** Ends all units at once; the process is about to exit. */
  kill(): void;
  /** Closes all units. Never rejects. */
  close(): Promise<void>;
}
