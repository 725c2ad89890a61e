import { type ParsedSample, readQuoted, takeSample } from './exposition-parser.ts';

interface ParsedExemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly atSeconds: number;
}

interface OpenMetricsSample extends ParsedSample {
  readonly exemplar: ParsedExemplar | undefined;
}

export interface OpenMetricsFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string | undefined;
  readonly help: string;
  readonly samples: readonly OpenMetricsSample[];
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  gauge: [''],
  info: ['_info'],
  unknown: [''],
  summary: ['', '_sum', '_count'],
  histogram: ['_bucket', '_sum', '_count'],
};

/**
 * A strict reader of OpenMetrics 1.0, written from its definition: metadata once and before the samples of a family, whose
 * names have a suffix of its type, a unit that the name ends with, a metric's samples together, exemplars only at
 * buckets and counters, information is 1, and the end is marked.
 */
export function parseOpenMetrics(text: string): readonly OpenMetricsFamily[] {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.pop() !== '# EOF') throw new Error('no end');
  const families = new Map<string, { -readonly [K in keyof OpenMetricsFamily]: OpenMetricsFamily[K] }>();
  const series = new Set<string>();
  let current: { name: string; type: string; unit: string | undefined; help: string; samples: OpenMetricsSample[] } = {
    name: '',
    type: '',
    unit: undefined,
    help: '',
    samples: [],
  };
  for (const line of lines) {
    const comment = /^# (TYPE|UNIT|HELP) ([^ ]+) (.*)$/s.exec(line);
    if (comment !== null) {
      const [, keyword = '', name = '', rest = ''] = comment;
      if (name !== current.name) {
        if (families.has(name)) throw new Error(`${name} is there twice`);
        current = { name, type: 'unknown', unit: undefined, help: '', samples: [] };
        families.set(name, current);
      }
      if (current.samples.length > 0) throw new Error(`metadata after samples: ${line}`);
      if (keyword === 'TYPE') current.type = rest;
      if (keyword === 'UNIT') current.unit = rest;
      if (keyword === 'HELP') current.help = readQuoted(rest);
      if (SUFFIXES[current.type] === undefined) throw new Error(`no such type: ${line}`);
      if (current.unit !== undefined && !name.endsWith(`_${current.unit}`)) throw new Error(`no such unit: ${line}`);
    } else {
      if (line.startsWith('#') || line === '') throw new Error(`what is this line: ${line}`);
      const sample = parseLine(line);
      const suffix = sample.name.startsWith(current.name) ? sample.name.slice(current.name.length) : undefined;
      if (!SUFFIXES[current.type]?.includes(suffix ?? '?')) throw new Error(`outside of its family: ${line}`);
      if (current.type === 'info' && sample.value !== 1) throw new Error(`information is 1: ${line}`);
      if (sample.exemplar !== undefined && !['_bucket', '_total'].includes(suffix ?? '')) {
        throw new Error(`no exemplar here: ${line}`);
      }
      const id = idOf(sample.name, sample.labels);
      if (series.has(id)) throw new Error(`a series is there twice: ${line}`);
      series.add(id);
      current.samples.push(sample);
    }
  }
  for (const family of families.values()) checkTogether(family);
  return [...families.values()];
}

function parseLine(line: string): OpenMetricsSample {
  const { sample, rest } = takeSample(line);
  return { ...sample, exemplar: rest === '' ? undefined : parseExemplar(rest) };
}

function parseExemplar(text: string): ParsedExemplar {
  if (!text.startsWith(' # {')) throw new Error(`no exemplar: ${text}`);
  // An exemplar looks like a sample without a name, and its time is in seconds.
  const { sample, rest } = takeSample(text.replace(' # ', 'exemplar').replace(/ (\d+\.\d+)$/, '|$1'));
  const atSeconds = /^\|(\d+\.\d+)$/.exec(rest)?.[1];
  if (atSeconds === undefined) throw new Error(`an exemplar without a time: ${text}`);
  const length = Object.entries(sample.labels).reduce((total, [name, label]) => total + name.length + label.length, 0);
  if (length > 128) throw new Error(`an exemplar's labels are too long: ${text}`);
  return { labels: sample.labels, value: sample.value, atSeconds: Number(atSeconds) };
}

/** The samples of one metric, that is of the same labels but for `le` and `quantile`, must not be apart. */
function checkTogether({ name, samples }: OpenMetricsFamily): void {
  const done = new Set<string>();
  let last = '';
  for (const { labels } of samples) {
    const { le, quantile, ...metric } = labels;
    void le;
    void quantile;
    const id = idOf('', metric);
    if (id !== last && done.has(id)) throw new Error(`a metric of ${name} is in two places: ${id}`);
    done.add(id);
    last = id;
  }
}

function idOf(name: string, labels: Readonly<Record<string, string>>): string {
  return JSON.stringify([name, Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
