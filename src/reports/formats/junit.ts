import { findingSubject } from '../../validity/finding.ts';
import {
  distinctJobs,
  type ResultDocument,
  type ResultJob,
  type ResultThreshold,
} from '../document/result-document.ts';
import { thresholdSubject } from '../document/threshold-document.ts';
import { describeInterruption } from '../phrases/outcome.ts';
import { element } from './xml.ts';
import { describeFindingTimes } from '../phrases/notes.ts';
import type { WaitDocument } from '../../sources/documents.ts';

/**
 * Renders the result as JUnit XML: one test case per job (that it ran), per wait and per threshold, one for the
 * measurement, and a failed one for a partial result.
 */
export function renderJunit(document: ResultDocument): string {
  const { workload, jobs, thresholds, elapsed_seconds: seconds } = document;
  const cases = [
    ...distinctJobs(jobs).map((job) => jobCase(job, document)),
    ...document.waits.map((wait) => waitCase(wait, document)),
    ...thresholds.map((threshold) => thresholdCase(threshold, document)),
    validityCase(document),
    ...interruptionCases(document),
  ];
  const count = (outcome: string): number => cases.filter((one) => one.outcome === outcome).length;
  const totals = {
    tests: cases.length,
    failures: count('failure'),
    errors: 0,
    time: rounded(seconds),
  };
  const suite = element(
    'testsuite',
    {
      name: workload,
      timestamp: document.started_at.replace(/\.\d+Z$/, ''),
      hostname: document.agent,
      ...totals,
      skipped: count('skipped'),
    },
    [element('properties', {}, propertiesOf(document)), ...cases.map(({ xml }) => xml)],
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: 'loadbot-agent', ...totals }, [suite])}\n`;
}

interface Case {
  readonly outcome: 'passed' | 'failure' | 'skipped';
  readonly xml: string;
}

function propertiesOf({ run_id: runId, target, seed, threads, versions, floor, links }: ResultDocument): string[] {
  const known = Object.entries({
    run_id: runId,
    target,
    seed,
    threads,
    ...versions,
    ...(floor !== null && { floor_p50_seconds: floor.p50_seconds, floor_p99_seconds: floor.p99_seconds }),
  });
  const properties = [...known, ...links.map(({ title, url }) => [title, url] as const)];
  return properties.map(([name, value]) => element('property', { name, value }));
}

function validityCase({ workload, validity, elapsed_seconds: seconds }: ResultDocument): Case {
  const attributes = { classname: workload, name: 'measurement is trustworthy', time: rounded(seconds) };
  const invalid = validity.findings.filter(({ severity }) => severity === 'invalid');
  if (invalid.length === 0) return { outcome: 'passed', xml: element('testcase', attributes) };
  const reasons = invalid.map(
    ({ agent, job, message, hint, first_seen_seconds: first, lasted_seconds: lasted, worst_at_seconds: worst }) =>
      `${[findingSubject(agent, job), message].filter((text) => text !== '').join(': ')}; ${describeFindingTimes(first, lasted, worst)}; ${hint}`,
  );
  return failed(attributes, 'validity', reasons.join('\n'));
}

function jobCase(job: ResultJob, { workload, reason }: ResultDocument): Case {
  const attributes = { classname: `${workload}.${job.name}`, name: 'ran', time: rounded(job.elapsed_seconds) };
  if (job.status === 'completed') return { outcome: 'passed', xml: element('testcase', attributes) };
  if (job.status === 'failed') return failed(attributes, 'job', reason ?? 'the job failed');
  if (job.started > 0) return failed(attributes, 'stopped', `stopped early${reason === null ? '' : `: ${reason}`}`);
  const skipped = element('skipped', { message: 'never started' });
  return { outcome: 'skipped', xml: element('testcase', attributes, [skipped]) };
}

/** A partial result is not a pass, even if each job and threshold so far is. */
function interruptionCases(document: ResultDocument): Case[] {
  const interruption = describeInterruption(document);
  if (interruption === undefined) return [];
  const attributes = { classname: document.workload, name: 'ran to its end', time: rounded(document.elapsed_seconds) };
  return [failed(attributes, 'partial', interruption)];
}

function waitCase({ job, condition, seconds, outcome, found }: WaitDocument, { workload }: ResultDocument): Case {
  const attributes = { classname: `${workload}.${job}`, name: `wait for ${condition}`, time: rounded(seconds) };
  if (outcome === 'held') return { outcome: 'passed', xml: element('testcase', attributes) };
  if (outcome === 'timed_out') return failed(attributes, 'wait', `timed out after ${seconds} s: ${found}`);
  const skipped = element('skipped', { message: 'the run ended during the wait' });
  return { outcome: 'skipped', xml: element('testcase', attributes, [skipped]) };
}

function thresholdCase(threshold: ResultThreshold, { workload }: ResultDocument): Case {
  const { job_type: type, step, threshold: name, ok, reason } = threshold;
  const subject = thresholdSubject(threshold);
  const attributes = {
    classname: `${workload}.${subject}${type === null ? '' : `.${type}`}${step === null ? '' : `.${step}`}`,
    name,
    time: 0,
  };
  if (ok) return { outcome: 'passed', xml: element('testcase', attributes) };
  return failed(attributes, 'threshold', `${name} does not hold: ${reason ?? 'unknown reason'}`);
}

function failed(attributes: Parameters<typeof element>[1], type: string, message: string): Case {
  return { outcome: 'failure', xml: element('testcase', attributes, [element('failure', { type, message })]) };
}

/** Rounds seconds to the millisecond. */
function rounded(seconds: number): number {
  return Number(seconds.toFixed(3));
}
