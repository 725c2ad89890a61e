import { describe, expect, test } from 'vitest';
import { hasMultipleStatements } from '../../../../src/drivers/sql/raw-statement.ts';

describe.each([
  ['PostgreSQL', false],
  ['MySQL', true],
])('%s', (_, backslashEscapes) => {
  test.each([
    'SELECT 1',
    'SELECT 1;',
    'SELECT 1 ; ',
    "SELECT 'a; b'",
    `SELECT "a; b"`,
    "SELECT 'it''s; fine'",
    'SELECT 1 -- a; b',
    'SELECT /* a; b */ 1;',
    "UPDATE users SET state = 'BEGIN'",
    'SELECT endings FROM words',
  ])('accepts one statement: %s', (text) => {
    expect(hasMultipleStatements(text, backslashEscapes)).toBe(false);
  });

  test.each([
    'SELECT 1; SELECT 2',
    "SELECT 'a'; DROP TABLE b",
    'BEGIN; SELECT 1; COMMIT',
    'BEGIN',
    ' start  transaction',
    'commit',
    '/* first */ BEGIN',
  ])('refuses several statements: %s', (text) => {
    expect(hasMultipleStatements(text, backslashEscapes)).toBe(true);
  });
});

test('a backslash escapes a quote in MySQL, and is an ordinary character in PostgreSQL', () => {
  const text = String.raw`SELECT '\'; DELETE FROM b; --'`;
  expect(hasMultipleStatements(text, false)).toBe(true);
  expect(hasMultipleStatements(text, true)).toBe(false);
});

test('a semicolon in dollar quotes is text in PostgreSQL', () => {
  expect(hasMultipleStatements('DO $do$ BEGIN PERFORM 1; PERFORM 2; END $do$', false)).toBe(false);
});
