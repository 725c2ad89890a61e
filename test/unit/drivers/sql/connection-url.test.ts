import { expect, test } from 'vitest';
import { connectionUrl } from '../../../../src/drivers/sql/connection-url.ts';

function parts(secretUrl: string, database?: string): [base: string, query: string] {
  const { base, parameters } = connectionUrl({ target: { driver: 'postgres', url: '', secretUrl }, database });
  return [base, parameters.toString()];
}

test('the database of the job overrides that of the connection string', () => {
  expect(parts('postgres://u:p@h:5432/one?a=1')).toEqual(['postgres://u:p@h:5432/one', 'a=1']);
  expect(parts('postgres://u:p@h:5432/one?a=1', 'two')).toEqual(['postgres://u:p@h:5432/two', 'a=1']);
  expect(parts('postgres://h', 'my db')).toEqual(['postgres://h/my%20db', '']);
  expect(parts('postgres://h/?sslmode=require')).toEqual(['postgres://h/', 'sslmode=require']);
});

test('keeps hosts that are unix sockets', () => {
  expect(parts('postgres://u@%2Fvar%2Frun/one', 'two')).toEqual(['postgres://u@%2Fvar%2Frun/two', '']);
});
