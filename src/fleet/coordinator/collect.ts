import { readMachine } from '../../metrics/machine.ts';
import { errorsOf, requestsOf } from '../../recorder/snapshot.ts';
import { RunRecord } from '../../recorder/run-record.ts';
import { type JobDescription } from '../../recorder/job-record.ts';
import type { AgentResult, RunResult } from '../../reports/report.ts';
import { EXIT } from '../../shared/exit-status.ts';
import { LoadbotError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { requestParts } from '../../shared/job-parts.ts';
import { noopValidity } from '../../validity/finding.ts';
import type { Bus } from '../bus/bus.ts';
import { statePrefix, stateSubject } from '../subjects.ts';
import { addFrame } from '../wire/frame.ts';
import { windowsOf } from '../wire/frame-list.ts';
import { decodeKeptCounts, type KeptCounts } from '../wire/messages/kept-counts.ts';
import { decodeKeptRun, type KeptRun } from '../wire/messages/kept-run.ts';

/**
 * Merges the counts that the agents of a run kept on the bus after its coordinator was gone.
 * @param versions of this program, for the result
 * @throws {LoadbotError} `config_invalid` when the bus keeps nothing of the run
 * @throws {WireError} when what it keeps is damaged
 */
export async function collectRun(bus: Bus, run: string, versions: RunResult['versions']): Promise<RunResult> {
  const { lastStates } = bus;
  if (lastStates === undefined) {
    throw new LoadbotError('config_invalid', 'the bus keeps no messages, so nothing of a run can be collected', {
      hint: 'start it with JetStream: nats-server --jetstream',
    });
  }
  const states = await lastStates.get(statePrefix(run));
  const own = states.find(({ subject }) => subject === stateSubject(run));
  if (own === undefined) {
    throw new LoadbotError('config_invalid', `the bus keeps nothing of a run ${run}`, {
      hint: 'give the whole id, as in the log of the run; the bus keeps it for a day',
    });
  }
  const kept = states.filter((state) => state !== own).map(({ data }) => decodeKeptCounts(data));
  return mergeKept(decodeKeptRun(own.data), kept, versions);
}

function mergeKept(state: KeptRun, kept: readonly KeptCounts[], versions: RunResult['versions']): RunResult {
  const record = recordOf(state, kept);
  const agents = state.agents.map((agent) => agentResultOf(state, agent, kept));
  for (const { index } of state.jobs) addJob(record, index, kept);
  const final = record.snapshot();
  const missing = agents.filter(({ lost }) => lost !== undefined).length;
  const from = `merged from ${agents.length - missing} of ${agents.length} agents`;
  return {
    verdict: 'failed',
    exitStatus: EXIT.internal,
    end: 'failed',
    partial: true,
    reason: `the coordinator of the run ended before it did; ${from}`,
    startedEpochMs: state.originEpochMs + state.startMs,
    endedEpochMs: final.epochMs,
    final,
    planned: {},
    connections: Object.fromEntries(
      state.jobs.flatMap(({ connections, parts }) => parts.map(({ uuid }) => [uuid, connections])),
    ),
    paces: {},
    failures: [],
    floor: undefined,
    deliveries: [],
    thresholds: [],
    validity: noopValidity,
    courses: {},
    sources: [],
    phases: [],
    waits: [],
    target: state.target,
    threads: state.agents.reduce((sum, { ranks }) => sum + ranks.length, 0),
    agents,
    changes: [],
    seed: state.seed,
    isSeedGiven: false,
    existing: {},
    versions,
    links: [],
    workloadAsRun: JSON.parse(state.asRun) as Json,
    machine: readMachine(),
  };
}

/** Creates the record of the run; its clock stands at the end of its last job. */
function recordOf(state: KeptRun, kept: readonly KeptCounts[]): RunRecord {
  const { agent, run: runId, workload, bucketBounds, phases, originEpochMs } = state;
  const endMs = Math.max(state.startMs, ...kept.flatMap(({ spans }) => spans.map(({ endedMs }) => endedMs)));
  const clock = {
    nowMs: () => endMs,
    epochMs: () => originEpochMs + endMs,
    after: () => ({ cancel: () => {} }),
  };
  const jobs = state.jobs.map(({ index, parts }) => [index, parts.map(descriptionOf)] as const);
  return new RunRecord({ agent, runId, workload, jobs: new Map(jobs), bucketBounds, phases }, clock);
}

function descriptionOf({ expectedStatuses, ...part }: KeptRun['jobs'][number]['parts'][number]): JobDescription {
  return { ...part, ...(expectedStatuses !== null && { expectedStatuses }) };
}

function addJob(record: RunRecord, job: number, kept: readonly KeptCounts[]): void {
  const spans = kept.flatMap((counts) => counts.spans).filter((span) => span.job === job);
  if (spans.length === 0) return;
  for (const [part, one] of record.job(job).entries()) {
    const [memory] = one.open(1);
    one.begin(Math.min(...spans.map(({ startMs }) => startMs)));
    for (const [window, buffer] of memory === undefined ? [] : windowsOf(memory)) {
      const frames = kept.flatMap((counts) => counts.frames);
      const own = frames.filter((frame) => frame.job === job && frame.part === part && frame.window === window);
      for (const { data } of own) addFrame(new Float64Array(buffer), one.layout, data);
    }
    one.end('canceled', Math.max(...spans.map(({ endedMs }) => endedMs)));
  }
}

/** An agent that kept no counts was lost. */
function agentResultOf(
  state: KeptRun,
  { name, host, version, ranks }: KeptRun['agents'][number],
  kept: readonly KeptCounts[],
): AgentResult {
  const own = kept.filter(({ agent }) => agent === name);
  const record = recordOf(state, own);
  for (const { index } of state.jobs) addJob(record, index, own);
  const parts = requestParts(record.snapshot('counts').jobs);
  return {
    name,
    host,
    version,
    ranks,
    clockBoundSeconds: undefined,
    startedLateSeconds: 0,
    requests: parts.reduce((sum, { measured }) => sum + requestsOf(measured), 0),
    errors: parts.reduce((sum, { measured }) => sum + errorsOf(measured), 0),
    p50Seconds: undefined,
    p99Seconds: undefined,
    lost: own.length > 0 ? undefined : { epochMs: state.originEpochMs + state.startMs, unreportedSeconds: 0 },
  };
}
