import { describe, expect, test } from 'vitest';
import { toRunError } from '../../../src/library/run-error.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';

const problem = { message: 'must be positive', path: 'jobs[0].pace', file: 'a:b/load.jsonc:12:5', hint: 'write 5' };

describe('an error of a run', () => {
  test('has the problems of a file with their positions, and lists them in its message', () => {
    const error = toRunError(
      new LoadbotError('config_invalid', 'load.jsonc: 1 problem', { problems: [problem] }),
      true,
    );
    expect(error.exitStatus).toBe(104);
    expect(error.problems).toEqual([
      {
        message: 'must be positive',
        path: 'jobs[0].pace',
        file: 'a:b/load.jsonc',
        line: 12,
        column: 5,
        hint: 'write 5',
      },
    ]);
    expect(error.message).toBe(
      'load.jsonc: 1 problem\n  a:b/load.jsonc:12:5  jobs[0].pace  must be positive\n    hint: write 5',
    );
  });

  test('has no positions for a workload of code', () => {
    const [only] = toRunError(new LoadbotError('config_invalid', 'x', { problems: [problem] }), false).problems;
    expect(only).toEqual({ message: 'must be positive', path: 'jobs[0].pace', hint: 'write 5' });
  });

  test('names the option of a flag', () => {
    const problems = [{ message: 'must be a URL', path: '--metrics_export_url' }];
    expect(toRunError(new LoadbotError('config_invalid', 'x', { problems }), false).problems[0]?.path).toBe(
      'metricsExportUrl',
    );
  });

  test('has one problem at least, and lists 50 at most in its message', () => {
    const { problems, exitStatus } = toRunError(new LoadbotError('internal', 'broken', { hint: 'mend it' }), true);
    expect({ problems, exitStatus }).toEqual({ problems: [{ message: 'broken', hint: 'mend it' }], exitStatus: 1 });
    const many = Array.from({ length: 60 }, (_, index) => ({ message: `m${index}` }));
    const { message } = toRunError(new LoadbotError('config_invalid', 'x', { problems: many }), true);
    expect(message.split('\n').slice(-2)).toEqual(['  m49', '  ... and 10 more']);
  });

  test('keeps a bug of this package as its cause', () => {
    const bug = new TypeError('x is not a function');
    const error = toRunError(bug, true);
    expect(error).toMatchObject({ cause: bug, exitStatus: 1, name: 'RunError' });
    expect(error.message).toContain('internal error, please report it: x is not a function');
  });
});
