import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as catalog from '../needs.ts';
import { describeNeed, type Need, SLOW_SUBJECTS, unmetNeeds } from '../needs.ts';

/** Needs of a few tests in files that `npm test` runs, and the account that databases are started as. */
const OF_SINGLE_TESTS = [
  'BASH',
  'CAT',
  'FISH',
  'LINUX',
  'MKFIFO',
  'PRLIMIT',
  'ROOT',
  'SCRIPT',
  'SETPRIV',
  'SYSTEMD_ANALYZE',
  'ZSH',
];
/** Debian has these packages on every machine. */
const ESSENTIAL = new Set(['bash', 'bsdutils', 'coreutils', 'util-linux']);

const needs: readonly (readonly [key: string, need: Need])[] = Object.entries(catalog).flatMap(([key, value]) =>
  /^[A-Z_]+$/.test(key) && key !== 'SLOW_SUBJECTS' ? [[key, value as Need] as const] : [],
);

test('the subjects of the slow tests name all of their needs', () => {
  expect(needs.length).toBeGreaterThan(20);
  const named = new Set(SLOW_SUBJECTS.flatMap(([, subjectNeeds]) => subjectNeeds));
  expect(
    needs
      .filter(([, need]) => !named.has(need))
      .map(([key]) => key)
      .toSorted(),
  ).toEqual(OF_SINGLE_TESTS);
});

test('.ci/run installs the package of each need', () => {
  const script = readFileSync(new URL('../../.ci/run', import.meta.url), 'utf8');
  const [, list = ''] = /needed=\(([^)]*)\)/.exec(script) ?? [];
  const withoutCommand = [...script.matchAll(/missing\+=\(([\w-]+)\)/g)].map(([, name]) => name);
  const installed = new Set([...list.split(/\s+/).map((pair) => pair.split(':')[1]), ...withoutCommand]);
  expect(withoutCommand).toContain('postgresql');
  for (const [key, { debianPackage, builtBy }] of needs) {
    if (debianPackage !== undefined && !ESSENTIAL.has(debianPackage)) expect(installed, key).toContain(debianPackage);
    if (builtBy !== undefined) expect(script).toContain(builtBy);
  }
});

test('a missing command is reported with its package, and with the commands that start it', () => {
  const starter: Need = { name: 'no-such-starter', builtBy: '.ci/build-it' };
  const server: Need = { name: 'no-such-server', debianPackage: 'some-server', alsoNeeds: [starter] };
  expect(unmetNeeds([server, { name: 'node' }]).map(describeNeed)).toEqual([
    'no "no-such-server" on PATH, install Debian\'s some-server',
    'no "no-such-starter" on PATH, run .ci/build-it',
  ]);
  expect(unmetNeeds([{ name: 'a property', isMet: () => false }]).map(describeNeed)).toEqual(['a property']);
});
