import { type Operator, OPERATORS } from '../../../plan/threshold.ts';
import type { SourceResult, WaitDocument } from '../../../sources/documents.ts';
import { SEVERITIES } from '../../../validity/finding.ts';
import type { ResultDocument, ResultThreshold } from '../result-document.ts';
import { jobShape } from './job-shape.ts';
import {
  amount,
  anyNumber,
  anything,
  flag,
  instant,
  listOf,
  objectOf,
  oneOf,
  orNull,
  recordOf,
  text,
  tupleOf,
  wholeNumber,
} from './shape.ts';

type Each<List extends readonly unknown[]> = List[number];
type Validity = ResultDocument['validity'];

const SPANS = listOf(tupleOf(amount, amount));

const VALIDITY = objectOf<Validity>({
  valid: flag,
  findings: listOf(
    objectOf<Each<Validity['findings']>>(
      {
        signal: text,
        severity: oneOf(...SEVERITIES),
        agent: orNull(text),
        job: orNull(text),
        job_uuid: orNull(text),
        first_seen_seconds: amount,
        lasted_seconds: amount,
        worst_at_seconds: amount,
        spans_seconds: SPANS,
        worst: anyNumber,
        unit: text,
        message: text,
        hint: text,
      },
      ['agent', 'worst_at_seconds', 'spans_seconds'],
    ),
  ),
  peaks: recordOf(orNull(amount)),
});

const THRESHOLD = objectOf<ResultThreshold>(
  {
    kind: oneOf('recorded', 'query', 'source'),
    job: orNull(text),
    job_uuid: orNull(text),
    job_type: orNull(text),
    step: orNull(text),
    threshold: text,
    metric: text,
    unit: text,
    operator: oneOf(...(OPERATORS satisfies readonly Operator[])),
    limit: anyNumber,
    value: orNull(anyNumber),
    ok: flag,
    reason: orNull(text),
  },
  ['kind', 'job_type', 'step'],
);

const SOURCE = objectOf<SourceResult>({
  name: text,
  url: text,
  profile: orNull(text),
  interval_seconds: amount,
  calls: wholeNumber,
  failures: wholeNumber,
  bad_lines: wholeNumber,
  series: listOf(
    objectOf<Each<SourceResult['series']>>({
      name: text,
      type: orNull(text),
      labels: recordOf(text),
      points: listOf(tupleOf(anyNumber, orNull(anyNumber))),
    }),
  ),
});

const WAIT = objectOf<WaitDocument>({
  job: text,
  job_uuid: text,
  condition: text,
  seconds: amount,
  timeout_seconds: amount,
  outcome: oneOf('waiting', 'held', 'timed_out', 'stopped'),
  found: text,
});

const AGENT = objectOf<Each<ResultDocument['agents']>>({
  name: text,
  host: text,
  version: text,
  threads: wholeNumber,
  ranks: listOf(wholeNumber),
  clock_offset_bound_seconds: orNull(amount),
  started_late_seconds: amount,
  requests: wholeNumber,
  errors: wholeNumber,
  p50_seconds: orNull(amount),
  p99_seconds: orNull(amount),
  lost_at_seconds: orNull(anyNumber),
  unreported_seconds: orNull(amount),
});

const ENVIRONMENT = objectOf<NonNullable<ResultDocument['environment']>>({
  cpu_model: text,
  cpus: amount,
  cpu_limit: orNull(amount),
  memory_bytes: amount,
  memory_limit_bytes: orNull(amount),
  system: text,
  kernel: text,
  arch: text,
  node: text,
});

/** A result file; `older` versions lack some of its fields. */
export const resultShape = objectOf<ResultDocument>(
  {
    kind: text,
    schema_version: wholeNumber,
    run_id: text,
    workload: text,
    agent: text,
    target: text,
    threads: wholeNumber,
    agents: listOf(AGENT),
    seed: wholeNumber,
    versions: recordOf(text),
    environment: orNull(ENVIRONMENT),
    links: listOf(objectOf<Each<ResultDocument['links']>>({ title: text, url: text })),
    started_at: instant,
    ended_at: instant,
    elapsed_seconds: anyNumber,
    end: oneOf('completed', 'stopped', 'aborted', 'failed', 'in_progress'),
    reason: orNull(text),
    partial: flag,
    verdict: orNull(text),
    exit_status: orNull(wholeNumber),
    changes: listOf(
      objectOf<Each<ResultDocument['changes']>>({
        time: instant,
        at_seconds: amount,
        kind: text,
        job: orNull(text),
        from: orNull(amount),
        to: orNull(amount),
        by: text,
      }),
    ),
    jobs: listOf(jobShape),
    validity: VALIDITY,
    thresholds: listOf(THRESHOLD),
    failures: listOf(
      objectOf<Each<ResultDocument['failures']>>({ job: text, job_uuid: text, class: text, message: text }),
    ),
    floor: orNull(
      objectOf<NonNullable<ResultDocument['floor']>>({
        samples: wholeNumber,
        p50_seconds: amount,
        p99_seconds: amount,
      }),
    ),
    deliveries: listOf(
      objectOf<Each<ResultDocument['deliveries']>>({
        target: text,
        delivered_samples: wholeNumber,
        undelivered_samples: wholeNumber,
        last_error: orNull(text),
      }),
    ),
    phases: listOf(
      objectOf<Each<ResultDocument['phases']>>({
        name: text,
        spans: listOf(tupleOf(anyNumber, anyNumber)),
        resolution_seconds: amount,
      }),
    ),
    waits: listOf(WAIT),
    sources: listOf(SOURCE),
    workload_as_run: anything,
    warnings: listOf(objectOf<Each<ResultDocument['warnings']>>({ subject: text, message: text, hint: text })),
  },
  [
    'agents',
    'changes',
    'environment',
    'links',
    'partial',
    'verdict',
    'exit_status',
    'validity',
    'thresholds',
    'floor',
    'phases',
    'waits',
    'sources',
    'workload_as_run',
  ],
);
