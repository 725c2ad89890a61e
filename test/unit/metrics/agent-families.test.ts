import { expect, it } from 'vitest';
import { readRevision } from '../../../src/metrics/agent-families.ts';

it('knows what GitHub says', () => {
  expect(readRevision({ GITHUB_SHA: 'abc', GITHUB_REF_NAME: 'main', GITHUB_HEAD_REF: '' })).toEqual({
    gitSha: 'abc',
    branch: 'main',
  });
});

it('takes the branch of a pull request, not the number of its merge', () => {
  expect(readRevision({ GITHUB_REF_NAME: '12/merge', GITHUB_HEAD_REF: 'faster' }).branch).toBe('faster');
});

it('knows what GitLab says', () => {
  expect(readRevision({ CI_COMMIT_SHA: 'def', CI_COMMIT_REF_NAME: 'next' })).toEqual({ gitSha: 'def', branch: 'next' });
});

it('leaves empty what nobody says', () => {
  expect(readRevision({ HOME: '/home/anna' })).toEqual({ gitSha: '', branch: '' });
});
