/** One sample line, as an independent reader of the format sees it. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestampMs: number | undefined;
}

export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly ParsedSample[];
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const VALUE = /[+-]?Inf|NaN|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?/y;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  untyped: [''],
  summary: ['', '_sum', '_count'],
  histogram: ['_bucket', '_sum', '_count'],
};

/**
 * A strict reader of the text format 0.0.4, written from its definition and stricter than it: every family has its help and
 * type once and before its samples, escapes are only those three, no series is there twice, the last line ends.
 */
export function parseExposition(text: string): readonly ParsedFamily[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('the last line does not end');
  const families = new Map<string, { name: string; type: string; help: string; samples: ParsedSample[] }>();
  const series = new Set<string>();
  let help: { name: string; text: string } | undefined;
  let current: { name: string; type: string; help: string; samples: ParsedSample[] } | undefined;
  for (const line of lines) {
    const comment = /^# (HELP|TYPE) ([^ ]+) (.*)$/s.exec(line);
    if (comment?.[1] === 'HELP') {
      help = { name: comment[2] ?? '', text: unescape(comment[3] ?? '', { n: '\n', '\\': '\\' }) };
    } else if (comment?.[1] === 'TYPE') {
      const name = comment[2] ?? '';
      if (help?.name !== name) throw new Error(`${name} has no help`);
      if (families.has(name)) throw new Error(`${name} is there twice`);
      if (SUFFIXES[comment[3] ?? ''] === undefined) throw new Error(`${name} has no type: ${line}`);
      current = { name, type: comment[3] ?? '', help: help.text, samples: [] };
      families.set(name, current);
    } else {
      if (line.startsWith('#') || line === '') throw new Error(`what is this line: ${line}`);
      const sample = parseSample(line);
      const suffix =
        current !== undefined && sample.name.startsWith(current.name) && sample.name.slice(current.name.length);
      if (current === undefined || suffix === false || !SUFFIXES[current.type]?.includes(suffix ?? '')) {
        throw new Error(`a sample outside of its family: ${line}`);
      }
      const id = JSON.stringify([sample.name, Object.entries(sample.labels).toSorted(byName)]);
      if (series.has(id)) throw new Error(`a series is there twice: ${line}`);
      series.add(id);
      current.samples.push(sample);
    }
  }
  return [...families.values()];
}

/** The value of the one sample of that name whose labels include the given ones. */
export function sampleOf(
  families: readonly ParsedFamily[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const found = families
    .flatMap(({ samples }) => samples)
    .filter(
      (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    );
  if (found.length !== 1) throw new Error(`${found.length} samples of ${name} ${JSON.stringify(labels)}`);
  return found[0]?.value ?? Number.NaN;
}

function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : 1;
}

function parseSample(line: string): ParsedSample {
  const { sample, rest } = takeSample(line);
  if (rest !== '') throw new Error(`more than a sample: ${line}`);
  return sample;
}

/** The sample at the start of a line of either format, and the rest of the line. */
export function takeSample(line: string): { readonly sample: ParsedSample; readonly rest: string } {
  let at = 0;
  const take = (pattern: RegExp, what: string): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(line)?.[0];
    if (found === undefined) throw new Error(`${what} expected at ${at}: ${line}`);
    at += found.length;
    return found;
  };
  const name = take(NAME, 'a name');
  const labels: Record<string, string> = {};
  if (line[at] === '{') {
    do {
      at++;
      const label = take(LABEL_NAME, 'a label name');
      if (label in labels) throw new Error(`label ${label} is there twice: ${line}`);
      const quoted = take(/="(?:[^"\\]|\\.)*"/sy, 'a label value');
      labels[label] = readQuoted(quoted.slice(2, -1));
    } while (line[at] === ',');
    take(/\}/y, '}');
  }
  take(/ /y, 'a space');
  const value = take(VALUE, 'a value');
  const timestamp = / -?\d/y.test(line.slice(at, at + 3)) ? take(/ -?\d+/y, 'a timestamp') : undefined;
  const sample = {
    name,
    labels,
    value: Number(value.replace('Inf', 'Infinity')),
    timestampMs: timestamp === undefined ? undefined : Number(timestamp),
  };
  return { sample, rest: line.slice(at) };
}

/** A text in which backslash, newline and quote are escaped. */
export function readQuoted(text: string): string {
  return unescape(text, { n: '\n', '\\': '\\', '"': '"' });
}

function unescape(text: string, known: Readonly<Record<string, string>>): string {
  return text.replace(/\\(.?)/gs, (escape, character: string) => {
    const meaning = known[character];
    if (meaning === undefined) throw new Error(`unknown escape ${escape}`);
    return meaning;
  });
}
