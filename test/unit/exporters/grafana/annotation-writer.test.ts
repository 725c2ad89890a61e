import { expect, test } from 'vitest';
import type { Annotation, WriteResult } from '../../../../src/exporters/grafana/annotation-api.ts';
import { AnnotationWriter } from '../../../../src/exporters/grafana/annotation-writer.ts';
import { passSettled, settle } from '../../../settle.ts';
import { VirtualClock } from '../../../virtual-clock.ts';

const FAILED: WriteResult = { kind: 'failed', reason: 'refused' };

/** A Grafana with scripted responses, then successful ones. */
function setUp(answers: WriteResult[] = []) {
  const clock = new VirtualClock();
  const written: (readonly [text: string, id: number | undefined])[] = [];
  const warnings: string[] = [];
  let ids = 0;
  const writer = new AnnotationWriter({
    write: (annotation, id) => {
      written.push([annotation.text, id]);
      return Promise.resolve(answers.shift() ?? { kind: 'written', id: id ?? ++ids });
    },
    clock,
    warn: (message) => warnings.push(message),
    where: 'http://grafana',
  });
  return { clock, written, warnings, writer };
}

function saying(text: string): Annotation {
  return { startEpochMs: 1, endEpochMs: undefined, text, tags: [] };
}

test('writes each immediately, and its changes by its id', async () => {
  const { written, writer, warnings } = setUp();
  const run = writer.add(saying('run'));
  const job = writer.add(saying('job'));
  await settle();
  job.update(saying('job over'));
  run.update(saying('run over'));
  await writer.finish(5000);
  expect(written).toEqual([
    ['run', undefined],
    ['job', undefined],
    ['job over', 2],
    ['run over', 1],
  ]);
  expect(warnings).toEqual([]);
});

test('writes an annotation again that changed meanwhile', async () => {
  const { written, writer } = setUp();
  const note = writer.add(saying('a'));
  note.update(saying('b'));
  note.update(saying('c'));
  await writer.finish(5000);
  expect(written).toEqual([
    ['a', undefined],
    ['c', 1],
  ]);
});

test('backs off while Grafana is unavailable, then writes the current state', async () => {
  const { clock, written, warnings, writer } = setUp([FAILED, FAILED, FAILED]);
  const note = writer.add(saying('begun'));
  await passSettled(clock, 2900);
  expect(written.length).toBe(2); // after 0 and 1 s; then after 3, and 7
  note.update(saying('over'));
  await passSettled(clock, 4200);
  expect(written.slice(2)).toEqual([
    ['over', undefined],
    ['over', undefined],
  ]);
  expect(warnings).toEqual([
    'cannot write annotations to http://grafana: refused; retrying',
    'annotations to http://grafana have recovered',
  ]);
});

test('does not repeat a refused annotation until it changes', async () => {
  const { clock, written, warnings, writer } = setUp([
    { kind: 'refused', reason: 'status 403' },
    { kind: 'refused', reason: 'status 403' },
  ]);
  const note = writer.add(saying('a'));
  await passSettled(clock, 60_000, 1000);
  expect(written.length).toBe(1);
  note.update(saying('b'));
  await writer.finish(5000);
  expect(written.length).toBe(2);
  expect(warnings).toEqual([
    'http://grafana rejected an annotation: status 403',
    '1 annotation could not be written to http://grafana',
  ]);
});

test('finishes within its bound even without Grafana', async () => {
  const { clock, warnings } = setUp();
  const aborted: boolean[] = [];
  const writer = new AnnotationWriter({
    write: (_, __, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted.push(true);
          resolve(FAILED);
        });
      }),
    clock,
    warn: (message) => warnings.push(message),
    where: 'http://grafana',
  });
  writer.add(saying('a'));
  writer.add(saying('b'));
  let isFinished = false;
  const finished = writer.finish(3000).then(() => (isFinished = true));
  await passSettled(clock, 2900);
  expect(isFinished).toBe(false);
  await passSettled(clock, 200);
  await finished;
  expect(aborted.length).toBe(1);
  expect(warnings.at(-1)).toBe('2 annotations could not be written to http://grafana');
});

test('tries twice per second while finishing', async () => {
  const { clock, written, warnings, writer } = setUp([FAILED, FAILED, FAILED, FAILED]);
  writer.add(saying('a'));
  await settle();
  const finished = writer.finish(5000);
  await passSettled(clock, 2000);
  await finished;
  expect(written.length).toBe(5);
  expect(warnings.at(-1)).toBe('annotations to http://grafana have recovered');
});

test('keeps the newest thousand waiting annotations', async () => {
  const { clock, written, warnings, writer } = setUp(Array.from({ length: 2 }, () => FAILED));
  for (let number = 1; number <= 1005; number++) writer.add(saying(`${number}`));
  await settle();
  const finished = writer.finish(5000);
  await passSettled(clock, 3000);
  await finished;
  const texts = written.map(([text]) => text);
  expect(new Set(texts).size).toBe(1001); // the first was in flight when it was abandoned
  expect(texts.at(-1)).toBe('1005');
  expect(warnings.at(-1)).toBe('5 annotations could not be written to http://grafana');
});
