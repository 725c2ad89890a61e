import { describe, expect, test } from 'vitest';
import { formatError } from '../../../src/cli/print-error.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';

const invalid = (problems: LoadbotError['problems'], hint?: string) =>
  new LoadbotError('config_invalid', `load.jsonc: ${problems.length} problems`, {
    problems,
    ...(hint !== undefined && { hint }),
  });

describe('formatError', () => {
  test('a message alone', () => {
    expect(formatError(new LoadbotError('config_invalid', 'load.jsonc is empty'))).toBe('error: load.jsonc is empty');
  });

  test('a hint on its own line', () => {
    const error = new LoadbotError('port_in_use', 'port 9090 is in use', { hint: 'choose another' });
    expect(formatError(error)).toBe('error: port 9090 is in use\n  hint: choose another');
  });

  test('a file is called what it may be called on a terminal', () => {
    const problems = [{ file: '/tmp/\u001b[2J.json:1:1', message: 'no' }];
    expect(formatError(invalid(problems))).toContain(String.raw`/tmp/\u001b[2J.json:1:1`);
  });

  test('problems in columns, hints under their messages', () => {
    const error = invalid([
      {
        file: 'load.jsonc:4:5',
        path: 'jobs[0].conections',
        message: '`conections` is not a known field',
        hint: 'did you mean `connections`?',
      },
      { file: 'load.jsonc:12:37', path: 'jobs[1].pace', message: 'must be above 0' },
      { file: 'load.jsonc:1:1', message: '`connection_string` is missing' },
      { path: '--threads', message: 'must be a whole number' },
    ]);
    expect(formatError(error).split('\n')).toEqual([
      'error: load.jsonc: 4 problems',
      '',
      '  load.jsonc:4:5    jobs[0].conections  `conections` is not a known field',
      '                                        hint: did you mean `connections`?',
      '  load.jsonc:12:37  jobs[1].pace        must be above 0',
      '  load.jsonc:1:1                        `connection_string` is missing',
      '                    --threads           must be a whole number',
    ]);
  });

  test('of thousands of problems the first 50 are listed, and the others counted', () => {
    const problems = Array.from({ length: 3000 }, (_, index) => ({ file: `a:${index + 1}:1`, message: 'no' }));
    const lines = formatError(invalid(problems)).split('\n');
    expect(lines).toHaveLength(53);
    expect(lines[0]).toBe('error: load.jsonc: 3000 problems');
    expect(lines[51]).toBe('  a:50:1  no');
    expect(lines[52]).toBe('  ... and 2,950 more');
    expect(formatError(invalid(problems.slice(0, 50)))).not.toContain('more');
  });

  test('flags alone take no column for the file', () => {
    expect(formatError(invalid([{ path: '--seed', message: 'must be a whole number' }]))).toBe(
      'error: load.jsonc: 1 problems\n\n  --seed  must be a whole number',
    );
  });

  test('a long path has its message on the next line', () => {
    const path = 'jobs[12].parallel[3].http.headers["x-request-id"]';
    const error = invalid([
      { file: 'a:1:1', path, message: 'one', hint: 'two' },
      { file: 'a:2:1', path: 'jobs', message: 'three' },
    ]);
    expect(formatError(error).split('\n').slice(2)).toEqual([
      `  a:1:1  ${path}`,
      '               one',
      '               hint: two',
      '  a:2:1  jobs  three',
    ]);
  });

  test('what a file says cannot steer the terminal', () => {
    const text = formatError(invalid([{ path: 'a', message: 'is "\u001B[31mred\n\nnext"', hint: '\u0007' }]));
    expect(text.split('\n')).toHaveLength(4);
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test('anything else is a fault of ours and shows where', () => {
    const text = formatError(new TypeError('x is not a function'));
    expect(text).toMatch(/^internal error, please report it:\nTypeError: x is not a function\n\s+at /);
    expect(formatError('thrown text')).toContain('thrown text');
  });

  test('ours shows no stack', () => {
    expect(formatError(new LoadbotError('internal', 'broken', { cause: new Error('deep') }))).toBe('error: broken');
  });
});
