import { expect, test } from 'vitest';
import { detectResources } from '../../../../src/validity/signals/machine.ts';
import { brief, buildJobWindow, buildWindow } from '../windows.ts';

test.each([
  [100, 10, 0.01, ['invalid resources reads 10']],
  [100, 9, 0.01, []],
  [2000, 19, 0.01, []],
  [100, 0, 0.89, []],
  [100, 0, 0.9, ['note resources 0.9']],
  [100, 10, 0.99, ['invalid resources reads 10']],
])(
  'evaluates %d requests of which %d could not be sent, with a share of %d of the files open',
  (requests, exhaustedRequests, openFiles, found) => {
    const window = buildWindow({ jobs: [buildJobWindow({ requests, exhaustedRequests })], openFiles });
    expect(detectResources([window]).map(brief)).toEqual(found);
  },
);
