import type { ErrorCode } from './errors.ts';

/** Exit statuses of commands. Stable: CI stages depend on them. */
export const EXIT = {
  ok: 0,
  internal: 1,
  thresholdFailed: 99,
  invalidInput: 104,
  stoppedBySignal: 105,
  regression: 111,
  notTrustworthy: 112,
  undelivered: 113,
  tooFewAgents: 114,
} as const;

const OF_ERROR = {
  config_invalid: EXIT.invalidInput,
  resource_limit: EXIT.invalidInput,
  port_in_use: EXIT.invalidInput,
  delivery_failed: EXIT.undelivered,
  not_trustworthy: EXIT.notTrustworthy,
  agent_unreachable: EXIT.internal,
  server_unreachable: EXIT.internal,
  agent_busy: EXIT.internal,
  too_few_agents: EXIT.tooFewAgents,
  internal: EXIT.internal,
} as const satisfies Record<ErrorCode, number>;

export function exitCodeOf(code: ErrorCode): number {
  return OF_ERROR[code];
}
