import type { ResultDocument } from './result-document.ts';
import { element } from './xml.ts';

type ResultJob = ResultDocument['jobs'][number];
type ResultThreshold = ResultDocument['thresholds'][number];

/** The result as JUnit XML: a test case for each threshold, and one for each job: that it ran. */
export function renderJunit(document: ResultDocument): string {
  const { workload, jobs, thresholds, elapsed_seconds: seconds } = document;
  // A mixed job is in the result once for each type that it sends.
  const whole = jobs.filter(({ uuid }, index) => jobs.findIndex((job) => job.uuid === uuid) === index);
  const cases = [
    ...whole.map((job) => jobCase(job, document)),
    ...thresholds.map((threshold) => thresholdCase(threshold, document)),
  ];
  const count = (outcome: string): number => cases.filter((one) => one.outcome === outcome).length;
  const totals = {
    tests: cases.length,
    failures: count('failure'),
    errors: 0,
    skipped: count('skipped'),
    time: rounded(seconds),
  };
  const suite = element(
    'testsuite',
    { name: workload, timestamp: document.started_at.replace(/\.\d+Z$/, ''), hostname: document.agent, ...totals },
    [element('properties', {}, propertiesOf(document)), ...cases.map(({ xml }) => xml)],
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: 'loadbot-agent', ...totals }, [suite])}\n`;
}

interface Case {
  readonly outcome: 'passed' | 'failure' | 'skipped';
  readonly xml: string;
}

function propertiesOf({ run_id: runId, target, seed, threads, versions }: ResultDocument): string[] {
  const known = { run_id: runId, target, seed, threads, ...versions };
  return Object.entries(known).map(([name, value]) => element('property', { name, value }));
}

function jobCase(job: ResultJob, { workload, reason }: ResultDocument): Case {
  const attributes = { classname: `${workload}.${job.name}`, name: 'ran', time: rounded(job.elapsed_seconds) };
  if (job.status === 'completed') return { outcome: 'passed', xml: element('testcase', attributes) };
  if (job.status === 'failed') return failed(attributes, 'job', reason ?? 'the job failed');
  if (job.started > 0) return failed(attributes, 'stopped', `stopped early${reason === null ? '' : `: ${reason}`}`);
  const skipped = element('skipped', { message: 'its turn never came' });
  return { outcome: 'skipped', xml: element('testcase', attributes, [skipped]) };
}

function thresholdCase(threshold: ResultThreshold, { workload }: ResultDocument): Case {
  const { job, job_type: type, unit, threshold: name, ok, reason } = threshold;
  const subject = job ?? (unit === 'number' ? 'query' : 'all jobs');
  const attributes = { classname: `${workload}.${subject}${type === null ? '' : `.${type}`}`, name, time: 0 };
  if (ok) return { outcome: 'passed', xml: element('testcase', attributes) };
  return failed(attributes, 'threshold', `${name} does not hold: ${reason ?? 'no reason is known'}`);
}

function failed(attributes: Parameters<typeof element>[1], type: string, message: string): Case {
  return { outcome: 'failure', xml: element('testcase', attributes, [element('failure', { type, message })]) };
}

/** Seconds to the millisecond. */
function rounded(seconds: number): number {
  return Number(seconds.toFixed(3));
}
