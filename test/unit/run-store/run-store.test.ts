import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderStorage } from '../../../src/run-store/folder-storage.ts';
import { MemoryStorage } from '../../../src/run-store/memory-storage.ts';
import { RunStore } from '../../../src/run-store/run-store.ts';
import { parseResultDocument } from '../../../src/reports/document/parse-result-document.ts';
import { sanitizeForTerminal } from '../../../src/shared/text.ts';
import type { Reporter, RunResult } from '../../../src/reports/report.ts';
import { buildJob, buildResult, buildSnapshot } from '../../snapshot-builder.ts';

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const MANY = { runs: 100, bytes: 1e9 };

let folder: string;
let warnings: string[];
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'run-store-')), 'state');
  warnings = [];
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

const openFolder = (): Promise<FolderStorage> => FolderStorage.open(folder, (message) => warnings.push(message));

/** The result of the run with a number, which starts that many seconds later. */
function resultOf(number: number): RunResult {
  const startedEpochMs = START_MS + number * 1000;
  const final = { ...buildSnapshot([buildJob({ name: 'reads' })]), runId: `${number}`.repeat(8), workload: 'a/b c' };
  return buildResult([], { startedEpochMs, endedEpochMs: startedEpochMs + 500, final });
}

/** Saves the states of a run as it goes on. */
async function begin(report: Reporter, number: number): Promise<void> {
  const { verdict: _, exitStatus: __, ...soFar } = resultOf(number);
  await report.save?.(() => ({ ...soFar, end: 'in_progress', partial: true }), true);
}

async function complete(store: RunStore, number: number): Promise<void> {
  const report = store.reporter();
  await begin(report, number);
  await report.end(resultOf(number));
}

test('a run has a partial result while it goes on, and a complete one afterwards', async () => {
  const store = new RunStore(await openFolder(), MANY);
  const report = store.reporter();
  await begin(report, 1);
  expect(await readdir(folder)).toEqual(['20260102T030406Z-a-b-c-11111111.partial.json', 'agent.lock']);
  expect(store.entries).toEqual([]);
  await report.end(resultOf(1));
  expect(await readdir(folder)).toEqual(['20260102T030406Z-a-b-c-11111111.json', 'agent.lock']);
  expect(store.entries).toMatchObject([
    { run_id: '11111111', workload: 'a/b c', verdict: 'passed', exit_status: 0, partial: false, interrupted: false },
  ]);
  expect(parseResultDocument(await store.read('1111'), 'it').run_id).toBe('11111111');
  await store.close();
  expect(await readdir(folder)).toEqual(['20260102T030406Z-a-b-c-11111111.json']);
});

test('the list is made from the files, and names the runs that were interrupted once', async () => {
  const store = new RunStore(await openFolder(), MANY);
  await complete(store, 1);
  await begin(store.reporter(), 2);
  // Killed after the complete result, and while a file was written.
  await begin(store.reporter(), 3);
  await writeFile(join(folder, '20260102T030408Z-a-b-c-33333333.json'), await store.read('1111'));
  await writeFile(join(folder, '20260102T030408Z-a-b-c-33333333.partial.json.0123abcd.tmp'), '{');
  await writeFile(join(folder, 'notes.json'), '{}');
  await store.close();

  const next = await openFolder();
  expect(next.interrupted).toMatchObject([{ run_id: '22222222', interrupted: true, verdict: null }]);
  expect(next.interrupted[0]?.file).toBe(join(folder, '20260102T030407Z-a-b-c-22222222.interrupted.json'));
  expect(warnings).toEqual([expect.stringMatching(/notes\.json is not a result of loadbot-agent; it is not listed$/)]);
  expect((await readdir(folder)).filter((name) => /partial|tmp/.test(name))).toEqual([]);
  const listed = new RunStore(next, MANY);
  expect(listed.entries.map(({ run_id: id }) => id)).toEqual(['22222222', '11111111']);
  expect(parseResultDocument(await listed.read('22222222'), 'it')).toMatchObject({ partial: true, end: 'in_progress' });
  await listed.close();
  expect((await openFolder()).interrupted).toEqual([]);
});

test.each(['folder', 'memory'])('a %s keeps the newest runs up to a number, and up to a size', async (place) => {
  const open = async () => (place === 'folder' ? openFolder() : new MemoryStorage());
  const store = new RunStore(await open(), { runs: 2, bytes: 1e9 });
  for (const number of [1, 2, 3]) await complete(store, number);
  expect(store.entries.map(({ run_id: id }) => id)).toEqual(['33333333', '22222222']);
  await expect(store.read('1111')).rejects.toThrow('no past run 1111');
  expect((await store.read('latest')).length).toBe(store.entries[0]?.bytes);
  await store.close();
  if (place === 'folder') expect(await readdir(folder)).toHaveLength(2);

  const small = new RunStore(await open(), { runs: 100, bytes: 10 });
  await complete(small, 4);
  await complete(small, 5);
  // The newest one is kept, whatever its size.
  expect(small.entries.map(({ run_id: id }) => id)).toEqual(['55555555']);
});

test('a run is named by its id or the beginning of it', async () => {
  const store = new RunStore(new MemoryStorage(), MANY);
  await complete(store, 1);
  await complete(store, 2);
  expect(store.find('11111111').run_id).toBe('11111111');
  expect(store.find('latest').run_id).toBe('22222222');
  expect(() => store.find('222')).toThrow('no past run 222');
  expect(() => store.find('x\u001b[2J')).toThrow(`no past run ${sanitizeForTerminal('x\u001b[2J')}`);
});

test('a folder that was removed is a warning, and is created again', async () => {
  const store = new RunStore(await openFolder(), MANY);
  const report = store.reporter();
  await begin(report, 1);
  await rm(folder, { recursive: true });
  for (let saves = 0; saves < 3; saves++) await begin(report, 1);
  await report.end(resultOf(1));
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toMatch(/cannot write the result to .*; will retry$/);
  expect(warnings[1]).toMatch(/^the result of run 11111111 is not kept: /);
  await complete(store, 2);
  expect(store.entries.map(({ run_id: id }) => id)).toEqual(['22222222']);
  expect(existsSync(store.entries[0]?.file ?? '')).toBe(true);
});

test('a folder is created with its parents, for its owner alone; one that cannot be created is an error', async () => {
  const nested = join(folder, 'a', 'b');
  await (await FolderStorage.open(nested, () => {})).close();
  expect((await stat(nested)).mode & 0o777).toBe(0o700);
  const file = join(nested, 'file');
  await writeFile(file, '');
  for (const path of [file, join(file, 'a')]) {
    await expect(FolderStorage.open(path, () => {})).rejects.toMatchObject({
      code: expect.stringMatching(/EEXIST|ENOTDIR/) as string,
    });
  }
});

test.skipIf(!existsSync('/proc/self'))('a folder whose parent does not take it is an error, not a wait', async () => {
  await expect(FolderStorage.open('/proc/none/a/b', () => {})).rejects.toMatchObject({ code: 'ENOENT' });
});

test('one process uses a folder at a time; a lock of a killed one does not count', async () => {
  const lock = join(folder, 'agent.lock');
  await (await openFolder()).close();
  const parent = { pid: process.ppid, started: await startOf(process.ppid) };
  const { host } = JSON.parse(await lockText()) as { host: string };
  await writeFile(lock, JSON.stringify({ ...parent, host }));
  await expect(openFolder()).rejects.toThrow(`${folder} is in use by the agent with the process id ${process.ppid}`);
  // The id of a killed process may be in use again.
  await writeFile(lock, JSON.stringify({ ...parent, started: '1', host }));
  await (await openFolder()).close();
  await writeFile(lock, JSON.stringify({ ...parent, host: 'another container' }));
  await (await openFolder()).close();
  await writeFile(lock, '{');
  await (await openFolder()).close();
  expect(existsSync(lock)).toBe(false);
});

async function lockText(): Promise<string> {
  const storage = await openFolder();
  const text = await readFile(join(folder, 'agent.lock'), 'utf8');
  await storage.close();
  return text;
}

async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
