import type { AgentResult } from '../report.ts';

/** One agent of a fleet. Times in seconds, those of a loss from the start of the run. */
export function agentDocument(agent: AgentResult, startedEpochMs: number) {
  const { lost } = agent;
  return {
    name: agent.name,
    host: agent.host,
    version: agent.version,
    threads: agent.ranks.length,
    ranks: agent.ranks,
    clock_offset_bound_seconds: agent.clockBoundSeconds ?? null,
    started_late_seconds: agent.startedLateSeconds,
    requests: agent.requests,
    errors: agent.errors,
    p50_seconds: agent.p50Seconds ?? null,
    p99_seconds: agent.p99Seconds ?? null,
    lost_at_seconds: lost === undefined ? null : (lost.epochMs - startedEpochMs) / 1000,
    unreported_seconds: lost?.unreportedSeconds ?? null,
  };
}
