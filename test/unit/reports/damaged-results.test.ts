import { describe, expect, test } from 'vitest';
import { LoadbotError } from '../../../src/shared/errors.ts';
import { compareSides, buildComparedSide } from '../../../src/reports/comparison/comparison.ts';
import { parseResultDocument } from '../../../src/reports/document/parse-result-document.ts';
import { FILE_REPORTS, REPORT_KINDS } from '../../../src/reports/report-kinds.ts';
import type { ResultDocument } from '../../../src/reports/document/result-document.ts';
import { DEFAULT_ALLOWED } from '../../../src/comparison/compare.ts';
import { DOCUMENT } from './result.ts';

type Path = readonly (string | number)[];
type Node = Record<string | number, unknown>;

const RENDERERS = await Promise.all(REPORT_KINDS.map(async (kind) => [kind, await FILE_REPORTS[kind].load()] as const));

/** A result with at least one of everything that a result may hold. */
function fullDocument(): ResultDocument {
  const document = structuredClone(DOCUMENT) as unknown as Node & { jobs: Node[] };
  const [reads] = document.jobs as [Node & { response_time: Node; confidence: Node }];
  const { buckets: _, hdr: __, ...latency } = reads.response_time;
  const side = { requests: 5, errors: 1, latency, confidence: { level: 0.95, percentiles: {} } };
  const seconds = [1, 1, 1];
  const columns = ['p50_seconds', 'p90_seconds', 'p99_seconds', 'max_seconds', 'in_flight', 'lag_p99_seconds'];
  Object.assign(reads, {
    responses_by_status: { 200: 1003, 503: 2 },
    drift: { change: 0.2 },
    confidence: {
      level: 0.95,
      percentiles: { p50: { low_seconds: 0.0024, high_seconds: null, effective_samples: 900 } },
    },
    timeline: {
      at_seconds: [1, 2, 3],
      seconds,
      requests: [335, 335, 335],
      errors: [1, 1, 0],
      ...Object.fromEntries(columns.map((name) => [name, [0.001, null, 0.002]])),
    },
    phases: [
      {
        name: 'backup',
        inside: side,
        outside: structuredClone(side),
        difference: { p50: { seconds: 0.1, low_seconds: -0.1, high_seconds: 0.2, is_more_than_noise: false } },
      },
    ],
  });
  Object.assign(document, {
    links: [{ title: 'dashboard', url: 'https://grafana.example/d/x' }],
    floor: { samples: 200, p50_seconds: 0.00002, p99_seconds: 0.0001 },
    failures: [{ job: 'reads', job_uuid: 'uuid-of-reads', class: 'timeout', message: 'no answer' }],
    deliveries: [{ target: 'http://vm', delivered_samples: 5, undelivered_samples: 2, last_error: null }],
    phases: [{ name: 'backup', spans: [[1, 2]], resolution_seconds: 1 }],
    waits: [
      {
        job: 'reads',
        job_uuid: 'uuid-of-reads',
        condition: 'up',
        seconds: 1,
        timeout_seconds: 5,
        outcome: 'held',
        found: 'up is 1',
      },
    ],
    sources: [
      {
        name: 'db',
        url: 'http://db',
        profile: null,
        interval_seconds: 1,
        calls: 3,
        failures: 1,
        bad_lines: 0,
        series: [{ name: 'up', type: 'gauge', labels: { a: 'b' }, points: [[1, 2]] }],
      },
    ],
    validity: {
      valid: true,
      findings: [
        {
          signal: 'late',
          severity: 'note',
          job: 'reads',
          job_uuid: 'uuid-of-reads',
          first_seen_seconds: 1,
          lasted_seconds: 1,
          worst_at_seconds: 1,
          spans_seconds: [[1, 2]],
          worst: 0.1,
          unit: 'seconds',
          message: 'late',
          hint: 'wait',
        },
      ],
      peaks: { blocked: 0.1 },
    },
    warnings: [{ subject: 'reads', message: 'slow', hint: 'wait' }],
  });
  return document as unknown as ResultDocument;
}

/** All nodes of a document but its root; of lists the first item. */
function pathsOf(node: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof node !== 'object' || node === null) return [];
  const keys: readonly (string | number)[] = Array.isArray(node) ? [0].slice(0, node.length) : Object.keys(node);
  return keys.flatMap((key) => {
    const own = path.concat(key);
    return [own].concat(pathsOf((node as Node)[key], own));
  });
}

const HUGE = 'a number beyond all doubles';
const GONE = 'a field that is missing';
const VALUES: readonly unknown[] = ['12', '', 'NaN', null, -1, 1.5, HUGE, true, [], {}, [[]], GONE];

function mutated(path: Path, value: unknown): string {
  const document = fullDocument() as unknown as Node;
  let parent = document;
  for (const key of path.slice(0, -1)) parent = parent[key] as Node;
  const last = path.at(-1) ?? '';
  if (value !== GONE) parent[last] = value;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return JSON.stringify(document).replaceAll(JSON.stringify(HUGE), '1e999');
}

const UNDAMAGED = buildComparedSide([fullDocument()]);

/** Everything that is made of a result. */
function outputsOf(document: ResultDocument): string {
  const report = compareSides(UNDAMAGED, buildComparedSide([document]), DEFAULT_ALLOWED);
  const changes = JSON.stringify(report.comparisons, (_, value: unknown) =>
    typeof value === 'number' && Number.isNaN(value) ? 'not-a-number: NaN' : value,
  );
  const files = RENDERERS.filter(([kind]) => kind !== 'html').map(([, render]) => render(document));
  const page = RENDERERS.find(([kind]) => kind === 'html')?.[1](document) ?? '';
  return [changes, ...files, page.replaceAll(/<script[^]*?<\/script>/g, '')].join('\n');
}

const NONSENSE = /\bNaN\b|\bundefined\b|\[object Object\]|\bInfinity\b/g;

describe('a damaged result file', () => {
  const wholeNonsense = outputsOf(parseResultDocument(JSON.stringify(fullDocument()), 'r.json')).match(NONSENSE) ?? [];

  test('every field with every kind of damage is refused with file and path, or rendered correctly', () => {
    const paths = pathsOf(fullDocument());
    let [refused, read] = [0, 0];
    for (const path of paths) {
      for (const value of VALUES) {
        const label = `${path.join('.')} = ${JSON.stringify(value)}`;
        try {
          const output = outputsOf(parseResultDocument(mutated(path, value), 'r.json'));
          // An excerpt, since a page of 100 KB in an assertion is of no use.
          const nonsense = (output.match(NONSENSE) ?? []).slice(wholeNonsense.length);
          // A text field may hold the word itself.
          if (value !== 'NaN') expect(nonsense, label).toEqual([]);
          read++;
        } catch (error) {
          if (!(error instanceof LoadbotError))
            throw Object.assign(error as Error, { message: `${label}: ${String(error)}` });
          expect(error.code, label).toBe('config_invalid');
          expect(error.message, label).toMatch(/^r\.json|^the histogram of /);
          refused++;
        }
      }
    }
    expect(paths.length).toBeGreaterThan(250);
    expect(refused).toBeGreaterThan(paths.length * 5);
    expect(read).toBeGreaterThan(paths.length);
  }, 3_600_000); // computes for a minute, and for many on a busy machine

  test.each([
    [['jobs', 0, 'response_time', 'percentiles_seconds', 'p99'], '0.5', 'must be a number of at least 0, not "0.5"'],
    [['jobs', 0, 'service_time', 'count'], HUGE, 'must be a whole number of at least 0, not Infinity'],
    [['jobs', 0, 'errors'], -1, 'must be a whole number of at least 0, not -1'],
    [['jobs', 0, 'timeline', 'requests'], [1, 2], 'has 2 rows, other columns have 3'],
    [['jobs', 0, 'requests'], 7, 'is 7, but ok, miss and errors come to 1005'],
    [['jobs', 1], [], 'must be an object, not a list of 0'],
    [['jobs'], GONE, 'is missing'],
    [['jobs'], {}, 'must be a list, not an object'],
    [['started_at'], 'yesterday', 'must be a time such as "2026-01-31T12:00:00.000Z", not "yesterday"'],
    [['thresholds', 0, 'limit'], '0.2', 'must be a number, not "0.2"'],
    [['workload_as_run'], nest(201), 'has more than 200 levels'],
  ] as const)('names file and place of the value at %j', (path, value, message) => {
    const place = path
      .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
      .join('')
      .slice(1);
    expect(() => parseResultDocument(mutated(path, value), 'r.json')).toThrow(`r.json: ${place} ${message}`);
  });

  test.each([
    ['levels', '['.repeat(1_000_000), 'has more than 220 levels'],
    ['lists', `[${'[],'.repeat(4_000_001)}1]`, 'has more than 4,000,000 objects and lists'],
    ['fields', `{${'"a":1,'.repeat(8_000_001)}"b":1}`, 'has more than 8,000,000 fields'],
  ])('of too many %s is refused before it is parsed', (_, text, message) => {
    expect(() => parseResultDocument(text, 'r.json')).toThrow(`r.json ${message}`);
  });

  test.each([
    ['no base64', '%%%%'],
    ['the start of one', (DOCUMENT.jobs[1]?.service_time.hdr ?? '').slice(0, 20)],
    ['that of another job', DOCUMENT.jobs[0]?.service_time.hdr],
    ['nothing', ''],
  ])('a histogram that is %s is refused where it is decoded', (_, hdr) => {
    const document = parseResultDocument(mutated(['jobs', 1, 'service_time', 'hdr'], hdr), 'r.json');
    expect(() => outputsOf(document)).toThrow(/the histogram of writes\.service_time is damaged: /);
    expect(() => outputsOf(document)).toThrow(LoadbotError);
  });
});

function nest(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}
