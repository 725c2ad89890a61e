import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseResultDocument } from '../../../../src/reports/document/parse-result-document.ts';
import { type ResultJob, toResultDocument } from '../../../../src/reports/document/result-document.ts';
import { OK } from '../../../../src/shared/outcome.ts';
import { buildJob, buildResult, request } from '../../../snapshot-builder.ts';
import { buildVerdict } from '../../../verdict-builder.ts';
import { readStyle } from '../../../../src/reports/html/page-files.ts';
import { Durations } from '../../../../src/reports/html/charts/distribution.ts';
import { DOCUMENT, HOSTILE } from '../result.ts';
import { followed, numbersIn, pageOf } from './page.ts';

const ATTACK = `</script><img src=x onerror=alert(1)><!--<script>${HOSTILE}`;

describe('numbers', () => {
  const { text } = pageOf(DOCUMENT);
  const [reads, writes] = DOCUMENT.jobs as [ResultJob, ResultJob];

  test('equal those of the result', () => {
    const section = text.slice(text.indexOf('id="job-1"'), text.indexOf('id="job-2"'));
    expect(reads.response_time).not.toBeNull();
    const { response_time: response, service_time: service, schedule_lag: lag } = reads;
    const rowOf = (times: typeof service | null): (number | null | undefined)[] => {
      const { p50, p75, p90, p95, p99, p99_9: p999 } = times?.percentiles_seconds ?? {};
      const { deviation, min } = new Durations(times!, 'job'); // the job has all three
      return [times?.mean_seconds, deviation, min, p50, p75, p90, p95, p99, p999, times?.max_seconds, times?.count];
    };
    const tiles = [
      reads.requests,
      reads.rate,
      reads.errors,
      ...['p50', 'p99'].map((name) => response?.percentiles_seconds[name as 'p50']),
      response?.max_seconds,
    ];
    expect(numbersIn(section)).toEqual([
      ...tiles,
      // Its one class of errors.
      2,
      ...[response, service, lag].flatMap(rowOf),
    ]);
    expect(section).toContain('<code>timeout</code>');
  });

  test('the overview has a row for each job, and a dash for undetermined percentiles', () => {
    const overview = text.slice(text.indexOf('id="jobs"'), text.indexOf('id="job-1"'));
    expect(overview).toContain(`<data value="${writes.rate}">`);
    expect(overview).toContain('title="not determinable from 50 samples: at least 100 needed">–</span>');
  });

  test('shows that a job never ran', () => {
    expect(text).toMatch(/id="job-3"[^]*never[^]*stopped early[^]*no requests/);
  });

  test('shows failures first, with their values', () => {
    const section = text.slice(text.indexOf('id="thresholds"'), text.indexOf('id="jobs"'));
    expect(section).toContain('1 of 3 held');
    expect([...section.matchAll(/<code>([^<]*)<\/code>/g)].map(([, name]) => name)).toEqual([
      'errors == 0',
      'up &gt; 0',
      'p(99) &lt; 200ms',
    ]);
    expect(section).toContain('the query returned no data');
    expect(numbersIn(section)).toEqual([2, 0.0123]);
  });
});

describe('safety', () => {
  const job = buildJob({ name: ATTACK, record: (recorder) => request(recorder, OK, 1) });
  const result = buildResult([job, { ...job, uuid: 'other' }], {
    reason: ATTACK,
    end: 'aborted',
    target: ATTACK,
    failures: [{ job: ATTACK, uuid: job.uuid, errorClass: 'timeout', message: ATTACK }],
    deliveries: [{ target: ATTACK, deliveredSamples: 1, undeliveredSamples: 1, lastError: ATTACK }],
    thresholds: [
      buildVerdict({ job: ATTACK, uuid: job.uuid, text: ATTACK, reason: ATTACK, ok: false, value: undefined }),
    ],
    versions: { 'loadbot-agent': ATTACK, [ATTACK]: ATTACK },
  });
  const hostile = toResultDocument({ ...result, final: { ...result.final, workload: ATTACK, agent: ATTACK } });
  const { html, data } = pageOf({
    ...followed(hostile),
    phases: [{ name: ATTACK, spans: [[1, 2]], resolution_seconds: 1 }],
    sources: [
      {
        name: ATTACK,
        url: ATTACK,
        profile: ATTACK,
        interval_seconds: 1,
        calls: 2,
        failures: 0,
        bad_lines: 0,
        series: [
          {
            name: ATTACK,
            type: ATTACK,
            labels: { a: ATTACK },
            points: [
              [0, 1],
              [1, 2],
            ],
          },
        ],
      },
    ],
  });

  test('escapes texts of users and targets', () => {
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script/g)).toHaveLength(2);
    expect(html).not.toMatch(/<img|<!--/);
    expect(html.match(/onerror/g)?.length).toBe(html.match(/(&lt;|\\u003c)img src=x onerror/g)?.length);
    expect(data.spans[0]?.name).toBe(ATTACK);
  });

  test('the policy allows its own script and style, and no network', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    const [style = '', script = ''] = [/<style>(.*?)<\/style>/s, /<\/script>\n<script>(.*?)<\/script>/s].map(
      (part) => part.exec(html)?.[1] ?? '',
    );
    const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64');
    expect(policy).toContain("default-src 'none';");
    expect(policy).toContain(`script-src 'sha256-${hashOf(script)}';`);
    expect(policy).toContain(`style-src 'sha256-${hashOf(style)}';`);
    expect(policy).not.toMatch(/http|unsafe|\*/);
  });

  test('loads no external resources', () => {
    const links = [...html.matchAll(/ (?:src|href)="([^"]*)"/g)].map(([, link]) => link);
    expect(links.filter((link) => !link?.startsWith('#'))).toEqual(['data:,']);
    expect(readStyle()).not.toMatch(/@import|url\(/);
    // A policy by hash forbids them.
    expect(html.slice(html.indexOf('<body>'), html.indexOf('<script'))).not.toMatch(/ style=/);
  });
});

test('renders fewer parts for a file of an earlier version', () => {
  const newer = new Set(['timeline', 'confidence', 'drift', 'phases', 'sources']);
  const old = JSON.stringify(DOCUMENT, (key, value: unknown) => (newer.has(key) ? undefined : value));
  const { text, data } = pageOf({ ...parseResultDocument(old, 'old.json'), thresholds: [] });
  expect(text).not.toContain('id="thresholds"');
  expect(data.charts.map(({ id }) => id)).toEqual(
    ['job-1', 'job-2'].flatMap((job) => [`${job}-distribution`, `${job}-histogram`]),
  );
});

test('is small for a short run', () => {
  expect(pageOf(followed(DOCUMENT)).html.length).toBeLessThan(150_000);
});

describe('many jobs', () => {
  const jobs = Array.from({ length: 8 }, (_, index) =>
    Object.assign({}, DOCUMENT.jobs[1]!, { uuid: `${index}`, name: `job ${index}` }),
  ); // the result has three
  const [threshold] = DOCUMENT.thresholds;
  const failed = [2, 5].map((index) =>
    Object.assign({}, threshold!, { ok: false, job_uuid: `${index}`, job_type: null }),
  ); // and a threshold
  const warnings = Array.from({ length: 7 }, () => ({ subject: 'job', message: 'slow', hint: 'use `threads`' }));
  const { text } = pageOf({ ...DOCUMENT, jobs, thresholds: failed, warnings });

  test('fold above five, except the failed ones', () => {
    expect(text.match(/<details class="job">/g)).toHaveLength(6);
    const open = [...text.matchAll(/<details class="job" open>.*?(job \d) <small>/gs)].map(([, name]) => name);
    expect(open).toEqual(['job 2', 'job 5']);
    expect(pageOf({ ...DOCUMENT, jobs: jobs.slice(0, 5) }).text).not.toContain('<details class="job"');
  });

  test('are marked in the table where they failed', () => {
    const overview = text.slice(text.indexOf('id="jobs"'), text.indexOf('id="job-1"'));
    expect([...overview.matchAll(/failed: <\/span><a href="#(job-\d)">/g)].map(([, id]) => id)).toEqual([
      'job-3',
      'job-6',
    ]);
  });

  test('open at most five of the failed ones', () => {
    const all = jobs.map(({ uuid }) => Object.assign({}, threshold!, { ok: false, job_uuid: uuid, job_type: null })); // as above
    expect(pageOf({ ...DOCUMENT, jobs, thresholds: all }).text.match(/<details class="job" open>/g)).toHaveLength(5);
  });

  test('show five warnings, and fold the others', () => {
    const section = text.slice(text.indexOf('id="warnings"'), text.indexOf('id="jobs"'));
    expect(section.slice(0, section.indexOf('<summary>2 more</summary>')).match(/<li>/g)).toHaveLength(5);
    expect(section.match(/use <code>threads<\/code>/g)).toHaveLength(7);
  });
});
