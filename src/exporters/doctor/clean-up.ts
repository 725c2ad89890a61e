import type { Examination } from './examination.ts';
import type { DoctorFinding } from './finding.ts';
import { isAccepted, type ProbePush } from './probe-push.ts';

/** Removes the probe, as far as the protocol allows. */
export async function cleanUp({ protocolName, report }: Examination, probes: ProbePush): Promise<void> {
  const answer = await probes.sendEndOfRun();
  report({ step: 'clean-up', ...describe(protocolName === 'pushgateway', answer !== undefined && isAccepted(answer)) });
}

function describe(isPushgateway: boolean, isGone: boolean): Omit<DoctorFinding, 'step'> {
  if (!isPushgateway)
    return { verdict: 'ok', message: isGone ? 'the probe has stale markers' : 'one sample of the probe remains' };
  if (isGone) return { verdict: 'ok', message: 'the probe is deleted' };
  const hint = 'allow DELETE on the receiver; otherwise the last values of every run remain';
  return { verdict: 'warn', message: 'cannot delete the probe', hint };
}
