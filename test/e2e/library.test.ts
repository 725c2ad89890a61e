import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as Library from '../../src/library/index.ts';
import type { Progress, RunOptions, Workload } from '../../src/library/index.ts';
import { scratchFile } from './agent.ts';
import { CountingServer } from './counting-server.ts';

const COMPILED: string = new URL('../../dist/library/index.js', import.meta.url).href;
const library = (await import(COMPILED)) as typeof Library;
const { compare, run, RunError, validate } = library;

let server: CountingServer;
beforeAll(async () => {
  server = await CountingServer.start();
});
afterAll(() => server.stop());

/** Other tests share the machine, so that a run may be invalid. */
const LOOSE: RunOptions = { allowInvalid: true };

function workload(fields: object = {}): Workload {
  const job = { name: 'reads', type: 'read', http: { path: '/a' }, connections: 4, operations: 300, ...fields };
  return { connection_string: `http://${server.host}`, jobs: [job as Workload['jobs'][number]] };
}

async function errorOf(running: Promise<unknown>): Promise<InstanceType<typeof RunError>> {
  const error = await running.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof RunError) return error;
  throw new Error('it did not reject with a RunError', { cause: error });
}

describe('run', () => {
  test('returns the counts of the target, several times in one process', async () => {
    const before = server.received.length;
    for (const operations of [300, 200]) {
      const result = await run(workload({ operations }), LOOSE);
      expect(result).toMatchObject({ verdict: 'passed', exitStatus: 0, reason: undefined });
      expect(result.jobs).toMatchObject([{ name: 'reads', requests: operations, ok: operations, errors: 0 }]);
      expect(result.document).toMatchObject({ kind: 'loadbot_result', end: 'completed', partial: false });
    }
    expect(server.received.length - before).toBe(500);
  });

  test('fails on a threshold, and keeps the result', async () => {
    const result = await run(
      workload({ http: { path: '/missing' }, type: 'write', thresholds: ['error_rate < 1%'] }),
      LOOSE,
    );
    expect(result).toMatchObject({ verdict: 'failed', exitStatus: 99, jobs: [{ errors: 300 }] });
    expect(result.thresholds).toMatchObject([{ ok: false, value: 1, threshold: 'error_rate < 1%' }]);
  });

  test('reports progress, and survives callbacks that throw', async () => {
    const seen: Progress[] = [];
    const result = await run(workload({ operations: undefined, duration: '2500ms', pace: 100 }), {
      ...LOOSE,
      onProgress(progress) {
        seen.push(progress);
        throw new Error('of the user');
      },
    });
    const counts = seen.map(({ jobs }) => jobs[0]?.requests ?? -1);
    expect(counts.length).toBeGreaterThanOrEqual(2);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(result.jobs[0]?.requests);
    expect(result.verdict).toBe('passed');
  });

  test('stops on a signal like the command on its first interrupt: requests in flight finish', async () => {
    const stopping = new AbortController();
    const before = server.received.length;
    const result = await run(workload({ operations: undefined, duration: '1h' }), {
      ...LOOSE,
      signal: stopping.signal,
      onProgress: ({ jobs: [job] }) => (job?.requests ?? 0) > 0 && stopping.abort(),
    });
    expect(result).toMatchObject({ verdict: 'stopped', exitStatus: 105 });
    expect(result.jobs[0]).toMatchObject({ aborted: 0, errors: 0 });
    expect(result.jobs[0]?.requests).toBe(server.received.length - before);
    expect(result.jobs[0]?.requests).toBeGreaterThan(0);
  });

  test('sends nothing with a signal that was aborted before', async () => {
    const before = server.received.length;
    const result = await run(workload(), { ...LOOSE, signal: AbortSignal.abort() });
    expect([result.verdict, server.received.length - before]).toEqual(['stopped', 0]);
  });

  test('refuses a second run at the same time, which leaves the first alone', async () => {
    const first = run(workload(), LOOSE);
    const error = await errorOf(run(workload(), LOOSE));
    expect(error.exitStatus).toBe(104);
    expect(error.message).toContain('another run is in progress in this process');
    expect(await first).toMatchObject({ verdict: 'passed', jobs: [{ requests: 300 }] });
  });

  test('rejects with the result when a report cannot be written after the load', async () => {
    const folder = `${scratchFile('reports')}/`;
    mkdirSync(folder);
    const error = await errorOf(
      run(workload({ operations: undefined, duration: '2s' }), {
        ...LOOSE,
        reports: { html: `${folder}r.html` },
        onProgress: () => rmSync(folder, { recursive: true, force: true }),
      }),
    );
    expect(error).toMatchObject({ exitStatus: 1, message: expect.stringContaining('cannot write') });
    expect(error.result).toMatchObject({ verdict: 'passed', jobs: [{ errors: 0 }] });
    expect(error.result?.jobs[0]?.requests).toBeGreaterThan(0);
  });

  test('takes parameters, flags and reports as options', async () => {
    const [html, json] = [scratchFile('html'), scratchFile('json')];
    const given: Workload = {
      ...workload({ operations: '${COUNT}' }),
      parameters: { COUNT: {} },
      environments: { ci: { seed: 7 } },
    };
    const result = await run(given, {
      ...LOOSE,
      parameters: { COUNT: 120 },
      environment: 'ci',
      threads: 2,
      labels: { team: 'shop' },
      reports: { html, json },
    });
    expect(result.document).toMatchObject({ threads: 2, seed: 7, jobs: [{ requests: 120 }] });
    expect(readFileSync(html, 'utf8')).toContain('<!doctype html>');
    expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual(JSON.parse(JSON.stringify(result.document)));
  });

  test('rejects with all problems of workload and options, and sends nothing', async () => {
    const before = server.received.length;
    const error = await errorOf(run({ ...workload(), jobs: [{ type: 'read', pace: -1, http: { path: 'x' } }] }));
    expect(error).toMatchObject({ name: 'RunError', exitStatus: 104 });
    expect(error.problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['jobs[0].pace', 'jobs[0].http.path']),
    );
    const options = await errorOf(run(workload(), { threads: 0, thread: 2 } as RunOptions));
    expect(options.problems).toMatchObject([{ path: 'thread' }]);
    const report = await errorOf(run(workload(), { reports: { html: '/nowhere/r.html' } }));
    expect(report).toMatchObject({ exitStatus: 104 });
    expect(server.received.length).toBe(before);
  });

  test('reads a file, with lines and columns in its problems', async () => {
    const file = scratchFile('jsonc');
    writeFileSync(
      file,
      `{\n  // a comment\n  "connection_string": "http://${server.host}",\n  "jobs": [{ "type": "read", "pase": 5 }] }`,
    );
    const { ok, problems } = await validate(file);
    expect(ok).toBe(false);
    expect(problems).toContainEqual(expect.objectContaining({ file, line: 4, path: 'jobs[0].pase' }));
    writeFileSync(file, JSON.stringify(workload()));
    expect(await run(file, LOOSE)).toMatchObject({
      verdict: 'passed',
      document: { workload: basename(file, '.jsonc') },
    });
  });

  test('reads relative paths from the directory', async () => {
    const rows = scratchFile('csv');
    writeFileSync(rows, 'id\n1\n2\n');
    const given = {
      ...workload({ http: { path: '/#rows.id' }, operations: 2 }),
      feeders: [{ name: 'rows', file: basename(rows) }],
    };
    const before = server.received.length;
    await run(given, { ...LOOSE, directory: dirname(rows) });
    expect(
      server.received
        .slice(before)
        .map(({ url }) => url)
        .toSorted(),
    ).toEqual(['/1', '/2']);
    expect((await validate(given)).problems[0]?.path).toBe('feeders[0].file');
  });
});

describe('validate', () => {
  test('returns no problems, and warnings', async () => {
    expect(await validate(workload())).toEqual({ ok: true, problems: [], warnings: [] });
    const slow = await validate(workload({ pace: 100, think_time: '1s' }));
    expect(slow).toMatchObject({ ok: true, problems: [] });
    expect(slow.warnings).toHaveLength(1);
  });
});

describe('compare', () => {
  test('compares results, documents and files; the same run has no difference', async () => {
    const json = scratchFile('json');
    const result = await run(workload(), { ...LOOSE, reports: { json } });
    for (const before of [result, result.document, json]) {
      const compared = await compare(before, [result], { allowInvalid: true });
      expect(compared).toMatchObject({ verdict: 'passed', regressions: 0, unknown: 0 });
      expect(compared.comparisons.map(({ metric }) => metric)).toContain('p99');
    }
  });

  test('rejects with problems', async () => {
    const result = await run(workload(), LOOSE);
    const other = await run(workload({ name: 'others' }), LOOSE);
    expect((await errorOf(compare(result, other))).message).toContain('no job is on both sides');
    expect((await errorOf(compare('/nowhere.json', result))).message).toContain('no such file');
    const error = await errorOf(compare(result, result, { maxRegression: { p98: 1, p99: -1 } as object }));
    expect(error.problems.map(({ path }) => path)).toEqual(['maxRegression.p98', 'maxRegression.p99']);
  });
});

/** Runs a program that uses the library as a process of its own. */
function runProgram(text: string): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const file = scratchFile('mjs');
  writeFileSync(file, `import { run } from ${JSON.stringify(COMPILED)};\n${text}`);
  return spawnSync(process.execPath, [file], { encoding: 'utf8', timeout: 60_000 });
}

describe('a program that uses the library', () => {
  const embedded = `{ connection_string: 'embedded:', threads: 2, jobs: [{ type: 'write', collection: 'a', operations: 50 }] }`;

  test('ends by itself, with its own status, output and signal handlers', () => {
    const { status, stdout, stderr } = runProgram(`
      const events = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection', 'exit', 'warning'];
      const listeners = () => events.map((event) => process.listenerCount(event)).join();
      const before = listeners();
      let during;
      const { verdict } = await run(${embedded}, { allowInvalid: true, onProgress: () => (during = listeners()) });
      await run({ jobs: 5 }).catch(() => {});
      process.stdout.write([verdict, before === during, before === listeners(), process.exitCode].join(' '));`);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'passed true true ', stderr: '' });
  });

  test('keeps its global console, its exit code and its own uncaught exceptions', () => {
    const { status, stdout, stderr } = runProgram(`
      const log = console.log;
      await run(${embedded}, { allowInvalid: true });
      console.log(log === console.log);
      process.exitCode = 7;`);
    expect({ status, stdout, stderr }).toEqual({ status: 7, stdout: 'true\n', stderr: '' });
  });
});

describe('a workload module', () => {
  test('is the workload of its default export, for the library and for the command', async () => {
    const file = scratchFile('mjs');
    const counts = `[10, 20].map((operations) => ({ type: 'read', http: { path: '/m' }, operations }))`;
    writeFileSync(file, `export default { connection_string: 'http://${server.host}', jobs: ${counts} };`);
    expect((await run(file, LOOSE)).jobs.map(({ requests }) => requests)).toEqual([10, 20]);
    const { loadbot } = await import('./agent.ts');
    const before = server.received.length;
    expect(await loadbot(['run', file, '--quiet'])).toMatchObject({ status: 0 });
    expect(server.received.length - before).toBe(30);
  });

  test('has problems with paths, without lines of a text that no file has', async () => {
    const file = scratchFile('mjs');
    writeFileSync(file, `export default { jobs: [{ type: 'read', pase: 5 }] };`);
    const { problems } = await validate(file);
    expect(problems.map(({ path }) => path)).toContain('jobs[0].pase');
    expect(problems.filter(({ line, file: name }) => line !== undefined || name !== undefined)).toEqual([]);
    const { loadbot } = await import('./agent.ts');
    const { status, stderr } = await loadbot(['validate', file]);
    expect(status).toBe(104);
    expect(stderr).toContain(`${file}  jobs[0].pase`);
  });

  test.each([
    ['export const a = 1;', 'has no default export'],
    ['throw new Error("of the module");', 'of the module'],
    ['export default [', 'cannot evaluate'],
    ['export default () => 1;', 'a workload is an object'],
  ])('%s is refused', async (text, message) => {
    const file = scratchFile('mjs');
    writeFileSync(file, text);
    expect((await errorOf(run(file))).message).toContain(message);
  });

  test('is not evaluated where a file only includes it', async () => {
    const [mark, module, file] = [scratchFile('mark'), scratchFile('mjs'), scratchFile('jsonc')];
    writeFileSync(
      module,
      `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(mark)}, ''); export default {};`,
    );
    writeFileSync(file, JSON.stringify({ include: [basename(module)], ...workload() }));
    expect((await errorOf(run(file))).problems).toMatchObject([{ path: 'include[0]', line: 1 }]);
    expect(existsSync(mark)).toBe(false);
  });
});
