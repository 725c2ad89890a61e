import { expect, test } from 'vitest';
import { parseReports } from '../../../src/cli/report-options.ts';

test('accepts several reports in one flag, several flags, paths with commas and equals signs', () => {
  expect(parseReports(['junit=a.xml,json=b.json', 'csv=x, y=.csv', 'k6=-'])).toEqual([
    { kind: 'junit', path: 'a.xml' },
    { kind: 'json', path: 'b.json' },
    { kind: 'csv', path: 'x, y=.csv' },
    { kind: 'k6', path: '-' },
  ]);
});

test.each([
  ['junt=a.xml', '`junt` is not a kind of report', 'did you mean `junit`?'],
  ['excel=a.xls', '`excel` is not a kind of report', 'kinds: summary, junit, json'],
  ['junit', '`junit` is not KIND=FILE', 'such as junit=report.xml'],
  ['junit=', '`junit=` is not KIND=FILE', 'such as'],
])('%s', (value, message, hint) => {
  expect(() => parseReports([value])).toThrow(
    expect.objectContaining({
      code: 'config_invalid',
      problems: [expect.objectContaining({ message, hint: expect.stringContaining(hint) as string })],
    }) as Error,
  );
});
