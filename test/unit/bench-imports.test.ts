import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const BENCH = new URL('test/bench/', ROOT);

const STATEMENT = /^import (?:type )?\{([^}]*)\} from '([^']+)'/gm;
const TYPE_REFERENCE = /\bimport\('([^']+)'\)\.(\w+)/g;
const DECLARATION =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:class|const|enum|function\*?|interface|let|type) (\w+)/gm;
const EXPORT_LIST = /^export (?:type )?\{([^}]*)\}/gm;

interface Import {
  readonly specifier: string;
  readonly names: readonly string[];
}

function namesOf(list: string, pick: 0 | 1): readonly string[] {
  return list
    .split(',')
    .map((entry) =>
      entry
        .trim()
        .replace(/^type /, '')
        .split(' as '),
    )
    .map((pair) => pair[pick] ?? pair[0] ?? '')
    .filter((name) => name !== '');
}

function importsOf(source: string): readonly Import[] {
  return [
    ...Array.from(source.matchAll(STATEMENT), ([, list = '', specifier = '']) => ({
      specifier,
      names: namesOf(list, 0),
    })),
    ...Array.from(source.matchAll(TYPE_REFERENCE), ([, specifier = '', name = '']) => ({ specifier, names: [name] })),
  ];
}

function exportsOf(source: string): ReadonlySet<string> {
  return new Set([
    ...Array.from(source.matchAll(DECLARATION), ([, name = '']) => name),
    ...Array.from(source.matchAll(EXPORT_LIST), ([, list = '']) => namesOf(list, 1)).flat(),
    ...Array.from(source.matchAll(/@typedef \{.*\} (\w+)$|@typedef \{object\} (\w+)/gm), ([, one, other]) =>
      String(one ?? other),
    ),
  ]);
}

/** The file that an import refers to; `undefined`: a library or a module of Node. */
function fileOf(script: string, specifier: string): URL | undefined {
  if (specifier.startsWith('#dist/')) return new URL(specifier.replace('#dist/', 'src/').replace(/js$/, 'ts'), ROOT);
  return specifier.startsWith('.') ? new URL(specifier, new URL(script, BENCH)) : undefined;
}

function problemsOf(script: string, source: string): readonly string[] {
  return importsOf(source).flatMap(({ specifier, names }) => {
    const file = fileOf(script, specifier);
    if (file === undefined) return [];
    if (file.pathname.includes('/dist/')) return [`${script}: write ${specifier} as #dist/...`];
    if (!existsSync(file)) return [`${script}: ${specifier} has no source file`];
    const exported = exportsOf(readFileSync(file, 'utf8'));
    return names.filter((name) => !exported.has(name)).map((name) => `${script}: ${specifier} does not export ${name}`);
  });
}

const SCRIPTS = readdirSync(BENCH, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));

describe('imports of benchmarks', () => {
  test.each(SCRIPTS)('%s imports files and names that exist', (script) => {
    expect(problemsOf(script, readFileSync(new URL(script, BENCH), 'utf8'))).toEqual([]);
  });

  test('finds imports of src', () => {
    const specifiers = SCRIPTS.flatMap((script) => importsOf(readFileSync(new URL(script, BENCH), 'utf8'))).map(
      ({ specifier }) => specifier,
    );
    expect(specifiers.filter((specifier) => specifier.startsWith('#dist/')).length).toBeGreaterThan(15);
  });

  test('reports missing files, missing names and direct imports of dist', () => {
    const source = [
      "import { systemClock, wallClock } from '#dist/shared/clock.js';",
      "import { x } from '#dist/shared/no-such-file.js';",
      "import { systemClock as clock } from '../../dist/shared/clock.js';",
      "/** @type {import('#dist/shared/clock.js').NoSuchType} */",
    ].join('\n');
    expect(problemsOf('some.js', source)).toEqual([
      'some.js: #dist/shared/clock.js does not export wallClock',
      'some.js: #dist/shared/no-such-file.js has no source file',
      'some.js: write ../../dist/shared/clock.js as #dist/...',
      'some.js: #dist/shared/clock.js does not export NoSuchType',
    ]);
  });
});
