import type { AgentResult } from '../../reports/report.ts';
import type { FleetMember } from './fleet-member.ts';

/** Describes an agent in the result of the run. @param originMs epoch milliseconds at 0 of the coordinator's clock */
export function agentResultOf({ hello, ranks, health, loss }: FleetMember, originMs: number): AgentResult {
  return {
    name: hello.name,
    host: hello.host,
    version: hello.version,
    ranks,
    clockBoundSeconds: health && health.clockBoundMs / 1000,
    startedLateSeconds: (health?.startedLateMs ?? 0) / 1000,
    requests: health?.requests ?? 0,
    errors: health?.errors ?? 0,
    p50Seconds: health?.p50Seconds ?? undefined,
    p99Seconds: health?.p99Seconds ?? undefined,
    lost: loss && { epochMs: originMs + loss.atMs, unreportedSeconds: loss.unreportedSeconds },
  };
}
