import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFolderBaseline } from '../../../src/cli/folder-baseline.ts';
import { renderJson } from '../../../src/reports/formats/json.ts';
import { type ResultDocument, toResultDocument } from '../../../src/reports/document/result-document.ts';
import { OK } from '../../../src/shared/outcome.ts';
import { buildJob, buildResult, request } from '../../snapshot-builder.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'baseline-'))));
afterEach(() => rm(folder, { recursive: true }));

const JOB = buildJob({
  name: 'reads',
  record: (recorder) => {
    for (let count = 0; count < 200; count++) request(recorder, OK, 12);
  },
});
const DOCUMENT = toResultDocument(buildResult([JOB]));

async function store(number: number, changes: Partial<ResultDocument> = {}): Promise<ResultDocument> {
  const started = new Date(Date.UTC(2026, 0, number)).toISOString();
  const document = { ...DOCUMENT, run_id: `run-${number}`, started_at: started, ...changes };
  // The order of the names is not that of the runs.
  await writeFile(join(folder, `${99 - number}.json`), renderJson(document));
  return document;
}

const read = (current: ResultDocument, runs: number, allowInvalid = false) =>
  readFolderBaseline({ folder, runs }, [current], allowInvalid, { readStdin: () => Promise.resolve('') });

test('takes the last complete and valid runs of the same workload, the oldest first', async () => {
  for (const number of [1, 2, 3, 4]) await store(number);
  await store(5, { partial: true, end: 'in_progress', verdict: null });
  await store(6, { validity: { ...DOCUMENT.validity, valid: false } });
  await store(7, { workload: 'another' });
  await writeFile(join(folder, 'notes.json'), '[]');
  const current = await store(8);
  const side = await read(current, 3);
  expect(side.runIds).toEqual(['run-2', 'run-3', 'run-4']);
  expect(side.notes).toEqual([
    `baseline: the last 3 runs of shop in ${folder}, since 2026-01-02T00:00:00.000Z`,
    'a change counts beyond the 95 % prediction interval of one further run of the baseline',
    'left out: 1 file, not completed',
    'left out: 1 file, invalid',
    'left out: 1 file, not a result',
  ]);
  expect((await read(current, 3, true)).runIds).toEqual(['run-3', 'run-4', 'run-6']);
  expect((await read(current, 2)).notes).toContain('with fewer than 3 runs, the variation between runs is not known');
});

test('a folder without such a run is refused', async () => {
  const current = await store(1);
  await expect(read(current, 3)).rejects.toThrow(`no baseline in ${folder}: 0 runs of shop, none of them complete`);
  await rm(folder, { recursive: true });
  await expect(read(current, 3)).rejects.toThrow(`cannot read ${folder}: `);
  folder = await mkdtemp(join(tmpdir(), 'baseline-'));
});
