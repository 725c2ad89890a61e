import type { Case } from './case.ts';
import type { Finding } from './finding.ts';
import { isAccepted, type ProbePush } from './probe-push.ts';

/** Takes the probe away again, as far as the protocol can. */
export async function cleanUp({ protocolName, report }: Case, probes: ProbePush): Promise<void> {
  const answer = await probes.takeLeave();
  report({ step: 'clean-up', ...describe(protocolName === 'pushgateway', answer !== undefined && isAccepted(answer)) });
}

function describe(isPushgateway: boolean, isGone: boolean): Omit<Finding, 'step'> {
  if (!isPushgateway)
    return { verdict: 'ok', message: isGone ? 'the probe is marked as ended' : 'the probe stays: one sample' };
  if (isGone) return { verdict: 'ok', message: 'the probe is deleted' };
  const hint = 'allow DELETE there, or every run leaves its last values behind';
  return { verdict: 'warn', message: 'the probe could not be deleted', hint };
}
