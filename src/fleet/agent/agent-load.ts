import type { LoadUnit, UnitFailure } from '../../engine/load-unit.ts';
import type { Place } from '../../engine/place.ts';
import type { Plan } from '../../plan/plan.ts';
import type { RunRecord } from '../../recorder/run-record.ts';
import type { LatencyFloor } from '../../shared/floor.ts';
import type { ValidityMonitor } from '../../validity/monitor.ts';

/** Data with which an agent opens the load of a run. */
export interface AgentLoadRequest {
  readonly plan: Plan;
  /** Places of its load threads, one for each. */
  readonly places: readonly Place[];
  /** Names of the phases of the system under test, in the order of the mask's bits. */
  readonly phaseNames: readonly string[];
  readonly onFailure: (failure: UnitFailure) => void;
}

/** The load of one run on an agent, which waits for commands. */
export interface AgentLoad {
  /** One for each place. */
  readonly units: readonly LoadUnit[];
  readonly record: RunRecord;
  readonly validity: ValidityMonitor;
  /** [0]: 32-bit mask of the active phases, which the units read. */
  readonly phases: Int32Array;
  floor(): LatencyFloor | undefined;
  close(): Promise<void>;
}

/** @throws {LoadbotError} when this agent cannot send the load; everything opened so far has been closed */
export type OpenAgentLoad = (request: AgentLoadRequest) => Promise<AgentLoad>;
