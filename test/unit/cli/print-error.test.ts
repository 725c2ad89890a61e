import { describe, expect, test } from 'vitest';
import { formatError } from '../../../src/cli/print-error.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';

const invalid = (problems: LoadbotError['problems'], hint?: string) =>
  new LoadbotError('config_invalid', `load.jsonc: ${problems.length} problems`, {
    problems,
    ...(hint !== undefined && { hint }),
  });

describe('formatError', () => {
  test('prints a message on one line', () => {
    expect(formatError(new LoadbotError('config_invalid', 'load.jsonc is empty'))).toBe('error: load.jsonc is empty');
  });

  test('prints a hint on its own line', () => {
    const error = new LoadbotError('port_in_use', 'port 9090 is in use', { hint: 'choose another' });
    expect(formatError(error)).toBe('error: port 9090 is in use\n  hint: choose another');
  });

  test('sanitizes file names for the terminal', () => {
    const problems = [{ file: '/tmp/\u001b[2J.json:1:1', message: 'no' }];
    expect(formatError(invalid(problems))).toContain(String.raw`/tmp/\u001b[2J.json:1:1`);
  });

  test('aligns problems in columns, hints below their messages', () => {
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

  test('lists the first 50 problems and counts the others', () => {
    const problems = Array.from({ length: 3000 }, (_, index) => ({ file: `a:${index + 1}:1`, message: 'no' }));
    const lines = formatError(invalid(problems)).split('\n');
    expect(lines).toHaveLength(53);
    expect(lines[0]).toBe('error: load.jsonc: 3000 problems');
    expect(lines[51]).toBe('  a:50:1  no');
    expect(lines[52]).toBe('  ... and 2,950 more');
    expect(formatError(invalid(problems.slice(0, 50)))).not.toContain('more');
  });

  test('omits the file column for flags only', () => {
    expect(formatError(invalid([{ path: '--seed', message: 'must be a whole number' }]))).toBe(
      'error: load.jsonc: 1 problems\n\n  --seed  must be a whole number',
    );
  });

  test('prints the message after a long path on the next line', () => {
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

  test('texts of a file cannot control the terminal', () => {
    const text = formatError(invalid([{ path: 'a', message: 'is "\u001B[31mred\n\nnext"', hint: '\u0007' }]));
    expect(text.split('\n')).toHaveLength(4);
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test('shows other errors as internal errors with a stack', () => {
    const text = formatError(new TypeError('x is not a function'));
    expect(text).toMatch(/^internal error, please report it:\nTypeError: x is not a function\n\s+at /);
    expect(formatError('thrown text')).toContain('thrown text');
  });

  test('shows no stack for a LoadbotError', () => {
    expect(formatError(new LoadbotError('internal', 'broken', { cause: new Error('deep') }))).toBe('error: broken');
  });
});
