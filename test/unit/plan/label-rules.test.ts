import { describe, expect, it } from 'vitest';
import {
  validateLabelName,
  validateLabelRules,
  type LabelRules,
  NO_LABEL_RULES,
} from '../../../src/plan/label-rules.ts';

function faultOf(given: Partial<LabelRules>): string | undefined {
  return validateLabelRules({ ...NO_LABEL_RULES, ...given });
}

describe('validateLabelName', () => {
  it.each(['env', '_x', 'A9', 'team_name'])('accepts %s', (name) => {
    expect(validateLabelName(name)).toBeUndefined();
  });

  it.each(['', '9a', 'a-b', 'a.b', 'ä', 'a b', '__name__', '__x', 'le', 'quantile', 'a\n'])('refuses %j', (name) => {
    expect(validateLabelName(name)).toMatch(/^is not a label name: /);
  });
});

describe('validateLabelRules', () => {
  it.each<Partial<LabelRules>>([
    {},
    { added: { env: 'prod', team: '' } },
    { dropped: ['job_uuid', 'job_type'] },
    { jobLabel: 'workload_job' },
    // Only existing labels conflict.
    { dropped: ['job_uuid'], added: { job_uuid: 'x' } },
    { jobLabel: 'load_job', added: { job: 'loadbot' } },
    { dropped: ['workload'], jobLabel: 'workload' },
    { dropped: ['job'], added: { job: 'loadbot' } },
  ])('accepts %j', (rules) => {
    expect(faultOf(rules)).toBeUndefined();
  });

  it.each<[Partial<LabelRules>, RegExp]>([
    [{ added: { agent: 'x' } }, /label `agent` cannot be added/],
    [{ added: { job: 'x' } }, /label `job` cannot be added/],
    [{ added: { kind: 'x' } }, /label `kind` cannot be added/],
    [{ added: { phase: 'x' } }, /label `phase` cannot be added/],
    [{ added: { threshold: 'x' } }, /label `threshold` cannot be added/],
    [{ added: { signal: 'x' } }, /label `signal` cannot be added/],
    [{ added: { severity: 'x' } }, /label `severity` cannot be added/],
    [{ added: { thread: 'x' } }, /label `thread` cannot be added/],
    [{ added: { 'a-b': 'x' } }, /`a-b` is not a label name/],
    [{ added: { le: 'x' } }, /`le` is not a label name/],
    [{ jobLabel: 'load_job', added: { load_job: 'x' } }, /label `load_job` cannot be added/],
    [{ dropped: ['agent'] }, /label `agent` cannot be dropped, only job, job_uuid/],
    [{ dropped: ['status'] }, /label `status` cannot be dropped/],
    [{ dropped: ['jbo_uuid'] }, /label `jbo_uuid` cannot be dropped/],
    [{ jobLabel: 'agent' }, /the label `job` cannot be renamed to `agent`/],
    [{ jobLabel: 'job_uuid' }, /the label `job` cannot be renamed to `job_uuid`/],
    [{ jobLabel: '__job' }, /`__job`, for the label `job`, is not a label name/],
  ])('reports the error of %j', (rules, fault) => {
    expect(faultOf(rules)).toMatch(fault);
  });
});
