import { expect, test } from 'vitest';
import { failure, OK } from '../../../../src/shared/outcome.ts';
import type { Annotation } from '../../../../src/exporters/grafana/annotation-api.ts';
import { RunAnnotations } from '../../../../src/exporters/grafana/run-annotations.ts';
import type { JobSnapshot } from '../../../../src/recorder/snapshot.ts';
import { buildJob, buildSnapshot, request } from '../../../snapshot-builder.ts';

const START_MS = 1_700_000_000_000;
const RUN = { workload: 'shop', agent: 'agent-1', target: 'http://t', runId: 'run-1', tags: ['team:a'] };
const TAGS = ['loadbot-agent', 'workload:shop', 'agent:agent-1'];

/** All states of each annotation, in order. */
function setUp(run = RUN) {
  const written: Annotation[][] = [];
  /** Texts, in the order of writing. */
  const texts: string[] = [];
  const annotations = new RunAnnotations(run, {
    add: (annotation) => {
      const history = [annotation];
      written.push(history);
      const update = (latest: Annotation): void => {
        history.push(latest);
        texts.push(latest.text);
      };
      return { update };
    },
  });
  return { written, texts, annotations };
}

const at = (seconds: number, ...jobs: readonly JobSnapshot[]) => buildSnapshot(jobs, START_MS + seconds * 1000);

test('a run is a region from its start to its end, with the reason of its end', () => {
  const { written, annotations } = setUp();
  annotations.begin(START_MS);
  annotations.end(at(9), START_MS + 9000, 'aborted after 9s: threshold p(99) < 1ms');
  const tags = [...TAGS, 'team:a'];
  expect(written).toEqual([
    [
      { startEpochMs: START_MS, endEpochMs: undefined, text: '<b>shop</b> on http://t is running; run run-1', tags },
      {
        startEpochMs: START_MS,
        endEpochMs: START_MS + 9000,
        text: '<b>shop</b> on http://t aborted after 9s: threshold p(99) &lt; 1ms; run run-1',
        tags,
      },
    ],
  ]);
});

test('each job is a region, written when it starts, with exact times after its end', () => {
  const { written, annotations } = setUp();
  annotations.begin(START_MS);
  const pending = buildJob({ name: 'reads', status: 'pending' });
  const running = { ...pending, status: 'in_progress', opened: true, elapsedMs: 700 } as const;
  const over = buildJob({
    name: 'reads',
    ranMs: 4000,
    endedEpochMs: START_MS + 4300,
    record: (recorder) => {
      for (let i = 0; i < 1998; i++) request(recorder, OK, 1);
      for (let i = 0; i < 2; i++) request(recorder, failure('timeout'), 1);
    },
  });
  for (const [seconds, job] of [pending, running, running, over, over].entries()) annotations.update(at(seconds, job));
  annotations.end(at(5, over), START_MS + 5000, 'completed in 5s');
  const tags = [...TAGS, 'job:reads', 'team:a'];
  expect(written[1]).toEqual([
    { startEpochMs: START_MS + 300, endEpochMs: undefined, text: '<b>reads</b> (read) is running', tags },
    {
      startEpochMs: START_MS + 300,
      endEpochMs: START_MS + 4300,
      text: '<b>reads</b> completed: 2,000 requests, 2 failed',
      tags,
    },
  ]);
  expect(written.length).toBe(2);
});

test('a job shorter than a second is written after its end, a job that never started is not', () => {
  const { written, annotations } = setUp();
  annotations.begin(START_MS);
  const short = buildJob({ name: 'short', ranMs: 20, endedEpochMs: START_MS + 100 });
  const never = buildJob({ name: 'never', status: 'canceled', opened: false, ranMs: undefined });
  annotations.end(at(1, short, never), START_MS + 1000, 'completed in 1s');
  expect(written.length).toBe(2);
  expect(written[1]?.at(-1)).toMatchObject({ startEpochMs: START_MS + 80, endEpochMs: START_MS + 100 });
});

test('a mixed job is one region with all of its requests', () => {
  const { written, annotations } = setUp();
  annotations.begin(START_MS);
  const sent = (count: number) => (recorder: Parameters<typeof request>[0]) => {
    for (let i = 0; i < count; i++) request(recorder, OK, 1);
  };
  const parts = (['read', 'update'] as const).map((type) =>
    buildJob({ name: 'mix', uuid: 'm', type, record: sent(type === 'read' ? 30 : 12) }),
  );
  annotations.end(at(11, ...parts), START_MS + 11_000, 'completed');
  expect(written.map((history) => history.at(-1)?.text)).toEqual([
    expect.any(String),
    '<b>mix</b> completed: 42 requests, none failed',
  ]);
});

test('an active phase is a region from the start of the run, and ends with it', () => {
  const { written, annotations } = setUp();
  annotations.phase('backup', true, START_MS - 60_000);
  annotations.phase('gone', true, START_MS - 2000);
  annotations.phase('gone', false, START_MS - 1000);
  annotations.begin(START_MS);
  annotations.phase('backup', false, START_MS + 1000);
  annotations.phase('backup', true, START_MS + 2000);
  annotations.end(at(3), START_MS + 3000, 'completed');
  const phases = written.slice(1).map((history) => history.at(-1));
  expect(phases).toEqual([
    expect.objectContaining({ startEpochMs: START_MS, endEpochMs: START_MS + 1000, text: 'phase <b>backup</b>' }),
    expect.objectContaining({ startEpochMs: START_MS + 2000, endEpochMs: START_MS + 3000 }),
  ]);
  expect(phases[0]?.tags).toEqual([...TAGS, 'phase:backup', 'team:a']);
});

test('a killed run leaves no open annotation', () => {
  const { written, texts, annotations } = setUp();
  annotations.begin(START_MS);
  const running = buildJob({ name: 'reads', status: 'in_progress' });
  annotations.end(at(2, running), START_MS + 2000, 'stopped after 2s');
  expect(written.map((history) => history.at(-1)?.endEpochMs)).toEqual([START_MS + 2000, START_MS + 2000]);
  expect(texts).toEqual(['<b>shop</b> on http://t stopped after 2s; run run-1', '<b>reads</b> (read) is running']);
});

test('names are text on one line, limited to the length of a tag', () => {
  const name = `<script>alert(1)</script>\n, & ${'x'.repeat(200)}`;
  const { written, annotations } = setUp({ ...RUN, workload: name });
  annotations.begin(START_MS);
  const [first] = written[0] ?? [];
  expect(first?.text).toMatch(/^<b>&lt;script&gt;alert\(1\)&lt;\/script&gt; , &amp; x+<\/b> on /);
  expect(first?.tags[1]).toBe(`workload:<script>alert(1)</script>   & ${'x'.repeat(30)}`);
});
