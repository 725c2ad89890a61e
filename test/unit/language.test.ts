import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { countWords, readProse, readSourceText, readTitles } from '../language/source-text.ts';

const ROOT = new URL('../../', import.meta.url);

/** Patterns of a private, literary English, as `docs/glossary.md` explains; counted per 10,000 words. */
const PATTERNS = {
  'what ... as a noun':
    /\bwhat (?:is|was|were|are|it|its|they|has|had|have|came|comes|came|can|a|an|the|we|you|he|one|no|each|every|there|this|that)\b/gi,
  'say, says, said': /\b(?:say|says|said|saying)\b/gi,
  'tell, tells, told': /\b(?:tell|tells|told|telling)\b/gi,
  'persons for programs': /\b(?:nobody|somebody|everybody|anybody|whoever)\b/gi,
  'fragments that begin with "Of"': /^Of /gm,
  '"is no" for "is not a"': /\b(?:is|are|was|were) no (?!longer|more)/gi,
  'under way, on its way': /\b(?:under way|on (?:its|their) way)\b/gi,
  'farewells and voices': /\b(?:goodbye|farewell|last words|hears?|heard|speaks?|spoke)\b/gi,
} as const;

type Pattern = keyof typeof PATTERNS;

interface Corpus {
  readonly name: string;
  /** Text per file. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
  /** Occurrences per 10,000 words. */
  readonly limits: Readonly<Record<Pattern, number>>;
}

function filesBelow(folder: string, ending: string): readonly string[] {
  return readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && !name.includes('node_modules'))
    .map((name) => `${folder}/${name}`);
}

function read(file: string): string {
  return readFileSync(new URL(file, ROOT), 'utf8');
}

const sources = filesBelow('src', '.ts');
const tests = [...filesBelow('test', '.ts'), ...filesBelow('test', '.js')];
const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...filesBelow('docs', '.md'),
  ...filesBelow('examples', '.md'),
];

/** A message has at least three words; other strings are names, headers and keys. */
function isMessage(text: string): boolean {
  return /[a-z]+ [a-z]+ [a-z]+/i.test(text);
}

/** Occurrences per 10,000 words in good projects of the field. */
const GOALS: Readonly<Record<Pattern, number>> = {
  'what ... as a noun': 2,
  'say, says, said': 3,
  'tell, tells, told': 3,
  'persons for programs': 0,
  'fragments that begin with "Of"': 0,
  '"is no" for "is not a"': 2,
  'under way, on its way': 0,
  'farewells and voices': 0,
};

const CORPORA: readonly Corpus[] = [
  {
    name: 'comments in src',
    texts: new Map(sources.map((file) => [file, readSourceText(read(file)).comments])),
    limits: GOALS,
  },
  {
    name: 'messages in src',
    texts: new Map(sources.map((file) => [file, readSourceText(read(file)).strings.filter(isMessage)])),
    limits: GOALS,
  },
  {
    name: 'comments in test',
    texts: new Map(tests.map((file) => [file, readSourceText(read(file)).comments])),
    limits: GOALS,
  },
  {
    name: 'titles of tests',
    texts: new Map(tests.map((file) => [file, readTitles(read(file))])),
    limits: GOALS,
  },
  {
    name: 'README, docs and other pages',
    texts: new Map(pages.map((file) => [file, [readProse(read(file))]])),
    limits: GOALS,
  },
];

describe.each(CORPORA)('language of $name', ({ texts, limits }) => {
  const words = countWords([...texts.values()].flat());

  test.each(Object.keys(PATTERNS) as Pattern[])('keeps "%s" below its limit', (pattern) => {
    const places = [...texts].flatMap(([file, parts]) =>
      parts.flatMap((part) => Array.from(part.matchAll(PATTERNS[pattern]), ({ index }) => excerpt(file, part, index))),
    );
    const rate = (places.length / words) * 10_000;
    expect(words).toBeGreaterThan(1000);
    expect(rate, `${places.length} in ${words} words:\n${places.slice(0, 20).join('\n')}`).toBeLessThanOrEqual(
      limits[pattern],
    );
  });
});

function excerpt(file: string, text: string, index: number): string {
  return `${file}: ${text
    .slice(Math.max(0, index - 40), index + 60)
    .replace(/\s+/g, ' ')
    .trim()}`;
}
