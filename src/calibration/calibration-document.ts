import { addTallies } from '../recorder/add-tallies.ts';
import { type Distribution, requestsOf, type Tally } from '../recorder/snapshot.ts';
import type { MachineInfo } from '../metrics/machine.ts';
import { environmentDocument } from '../reports/document/environment-document.ts';
import { finite } from '../reports/document/finite.ts';
import { latencyDocument } from '../reports/document/job-document.ts';
import { rateOf, type Bottleneck, findBottleneck, BOUND } from './evaluate-trial.ts';
import type { Calibration } from './calibrate.ts';
import type { TrialResult } from './run-trial.ts';

/** Subject of a calibration. */
export interface CalibrationSubject {
  readonly machine: MachineInfo;
  /** Version of loadbot-agent. */
  readonly version: string;
  /** The target's URL without secrets; `undefined`: the null server. */
  readonly target: string | undefined;
  readonly threads: number;
  readonly connections: number;
  readonly startedEpochMs: number;
  readonly endedEpochMs: number;
}

/** A calibration in its file format: times in seconds, rates per second, `null` for absent values. */
export type CalibrationDocument = ReturnType<typeof toCalibrationDocument>;

/** Builds the document. A new field keeps `schema_version`; a changed or removed field increments it. */
export function toCalibrationDocument(calibration: Calibration, subject: CalibrationSubject) {
  const { floor, fastest, knee, steps, atKnee, doubts } = calibration;
  const { machine, threads, connections } = subject;
  const [first, second] = floor.parts;
  return {
    kind: 'loadbot_calibration',
    schema_version: 1,
    started_at: new Date(subject.startedEpochMs).toISOString(),
    ended_at: new Date(subject.endedEpochMs).toISOString(),
    version: subject.version,
    environment: environmentDocument(machine),
    /** `null`: the null server. */
    target: subject.target ?? null,
    threads,
    connections,
    floor: {
      rate: floor.rate,
      connections: floor.connections,
      ...timesDocument(addTallies(first.tally, second.tally)),
      /** Median service time of each part; similar on an idle machine. */
      part_p50_seconds: floor.parts.map(({ tally }) => latencyDocument(tally.service).percentiles_seconds.p50),
      machine_busy_share: finite(Math.max(first.cpu.machineShare, second.cpu.machineShare)),
    },
    fastest: {
      rate: rateOf(fastest),
      ...costDocument(fastest),
      ...timesDocument(fastest.tally),
      limited_by: findBottleneck(fastest, threads) satisfies Bottleneck,
    },
    knee:
      knee.holds === undefined || atKnee === undefined
        ? null
        : {
            rate: knee.holds,
            rate_per_thread: knee.holds / threads,
            /** The lowest failed rate above it. */
            fails_at: knee.fails,
            ...costDocument(atKnee),
            ...timesDocument(atKnee.tally),
          },
    bound: { achieved_share: BOUND.achievedShare, lag_p99_seconds: BOUND.lagMs / 1000 },
    steps: steps.map(({ rate, achievedShare, lagMs, fault }) => ({
      rate,
      achieved_share: achievedShare,
      lag_p99_seconds: finite(lagMs / 1000),
      holds: fault === undefined,
      reason: fault ?? null,
    })),
    trustworthy: doubts.length === 0,
    doubts,
  };
}

function timesDocument({ service, response, lag }: Tally) {
  const orNull = (times: Distribution | undefined) => (times === undefined ? null : latencyDocument(times));
  return { service_time: latencyDocument(service), response_time: orNull(response), schedule_lag: orNull(lag) };
}

/** CPU time of requests, in the agent's process. */
function costDocument({ tally, cpu }: TrialResult) {
  return {
    cpu_seconds: finite(cpu.processSeconds),
    requests_per_cpu_second: finite(requestsOf(tally) / cpu.processSeconds),
  };
}
