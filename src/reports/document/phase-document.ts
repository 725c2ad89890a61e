import { errorsOf, type JobSnapshot, requestsOf, subtractDistribution } from '../../recorder/snapshot.ts';
import type { JobTimeline } from '../../analysis/job-timeline.ts';
import { confidenceDocument } from './timeline-document.ts';
import { latencyDocument } from './job-document.ts';
import { phaseDifference } from './phase-difference.ts';

const COMPARED = [50, 90, 95, 99] as const;

/**
 * Builds the requests of a job during each phase of the system under test and outside of it. Latencies are response
 * times of paced jobs, service times of others.
 */
export function phaseDocuments({ measured, phases }: JobSnapshot, course: JobTimeline | undefined) {
  return phases.map(({ name, inside }) => {
    const whole = measured.response ?? measured.service;
    const within = inside.response ?? inside.service;
    const without = subtractDistribution(whole, within);
    const intervals = course?.phases[name];
    const requests = requestsOf(inside);
    const errors = errorsOf(inside);
    return {
      name,
      inside: {
        requests,
        errors,
        latency: latencyDocument(within),
        confidence: confidenceDocument(intervals?.inside ?? []),
      },
      outside: {
        requests: requestsOf(measured) - requests,
        errors: errorsOf(measured) - errors,
        latency: latencyDocument(without),
        confidence: confidenceDocument(intervals?.outside ?? []),
      },
      difference: Object.fromEntries(
        COMPARED.map((percent) => [`p${percent}`, phaseDifference(within, without, percent, intervals)]),
      ),
    };
  });
}
