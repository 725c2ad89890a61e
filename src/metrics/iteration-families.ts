import { errorsOf, inFlightOf, requestsOf, type Snapshot } from '../recorder/snapshot.ts';
import { countsIterations } from '../shared/job-type.ts';
import { defineFamilies, single, withSamples } from './define-families.ts';
import type { Family } from './family.ts';
import { distributed, inPhases, type RunJob, runJobs } from './run-job.ts';
import type { JobLabels } from './series-labels.ts';

/** Metrics of the iterations of scenarios. Those of a warm-up are only in the families named `warm_up`. */
const buildFamilies = defineFamilies<RunJob>([
  {
    name: 'iterations_total',
    type: 'counter',
    help: 'Completed iterations of a scenario: successful or failed.',
    read: single(({ job }) => requestsOf(job.measured)),
  },
  {
    name: 'iterations_failed_total',
    type: 'counter',
    help: 'Iterations in which a step failed; part of iterations_total.',
    read: single(({ job }) => errorsOf(job.measured)),
  },
  {
    name: 'iterations_aborted_total',
    type: 'counter',
    help: 'Iterations aborted by the agent at the end of the job; not in iterations_total.',
    read: single(({ job }) => job.measured.aborted),
  },
  {
    name: 'iterations_skipped_total',
    type: 'counter',
    help: 'Iterations that were due but never started because every user was busy; not in iterations_total.',
    read: single(({ job }) => job.measured.skipped),
  },
  {
    name: 'iterations_retried_total',
    type: 'counter',
    help: 'Repetitions of iterations whose transaction failed with a serialization failure or a deadlock.',
    read: single(({ job }) => job.measured.retries),
  },
  {
    name: 'iterations_in_progress',
    type: 'gauge',
    help: 'Iterations in progress, including users that pause between two steps.',
    read: single(({ job }) => inFlightOf(job.measured)),
  },
  {
    name: 'iterations_target_rate',
    type: 'gauge',
    help: 'Target rate of a paced scenario in iterations per second at this moment; 0 during warm-up and while it does not run.',
    read: single(({ job }) => job.targetRate),
  },
  {
    name: 'iteration_duration_seconds',
    type: 'histogram',
    help: 'Duration of an iteration from its start to its end, without think time.',
    read: distributed((tally) => tally.service),
  },
  {
    name: 'iteration_response_seconds',
    type: 'histogram',
    help: 'Response time of paced scenarios: from the intended start of an iteration to its end, without think time.',
    read: distributed((tally) => tally.response),
  },
  {
    name: 'iterations_schedule_lag_seconds',
    type: 'histogram',
    help: 'Start delay of paced scenarios: from the intended to the actual start of an iteration.',
    read: distributed((tally) => tally.lag),
  },
  {
    name: 'iteration_phase_duration_seconds',
    type: 'histogram',
    help: 'Duration of iterations that began during a phase of the system under test, without think time.',
    read: inPhases((tally) => tally.service),
  },
  {
    name: 'iteration_phase_response_seconds',
    type: 'histogram',
    help: 'Response time of paced scenarios, for iterations that began during a phase of the system under test.',
    read: inPhases((tally) => tally.response),
  },
  {
    name: 'iterations_warm_up_total',
    type: 'counter',
    help: 'Completed iterations of the warm-up; not in any other family except iterations_warm_up_failed_total.',
    read: single(({ job: { warmUp } }) => warmUp && requestsOf(warmUp)),
  },
  {
    name: 'iterations_warm_up_failed_total',
    type: 'counter',
    help: 'Iterations of the warm-up that failed; part of iterations_warm_up_total.',
    read: single(({ job: { warmUp } }) => warmUp && errorsOf(warmUp)),
  },
]);

/** Builds the families of all scenarios of the runs; none without a scenario. */
export function iterationFamilies(snapshots: readonly Snapshot[], jobLabels: JobLabels): readonly Family[] {
  return withSamples(buildFamilies(runJobs(snapshots, jobLabels, countsIterations)));
}
