import { expect, it } from 'vitest';
import { readRevision } from '../../../src/metrics/agent-families.ts';

it('reads the variables of GitHub', () => {
  expect(readRevision({ GITHUB_SHA: 'abc', GITHUB_REF_NAME: 'main', GITHUB_HEAD_REF: '' })).toEqual({
    gitSha: 'abc',
    branch: 'main',
  });
});

it('uses the branch of a pull request, not its merge ref', () => {
  expect(readRevision({ GITHUB_REF_NAME: '12/merge', GITHUB_HEAD_REF: 'faster' }).branch).toBe('faster');
});

it('reads the variables of GitLab', () => {
  expect(readRevision({ CI_COMMIT_SHA: 'def', CI_COMMIT_REF_NAME: 'next' })).toEqual({ gitSha: 'def', branch: 'next' });
});

it('is empty without variables', () => {
  expect(readRevision({ HOME: '/home/anna' })).toEqual({ gitSha: '', branch: '' });
});
