import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createProgram } from '../../src/cli/main.ts';
import { Agent, scratchFile, workloadFile } from './agent.ts';
import { EXISTING_DOCUMENTS } from '../existing-documents.ts';

const COVERAGE = mkdtempSync(join(tmpdir(), 'loadbot-loading-'));
afterAll(() => rmSync(COVERAGE, { recursive: true, force: true }));

/** Modules of each joined file, as the build records them. */
const BUNDLE = new Map<string, readonly string[]>(
  Object.entries(JSON.parse(readFileSync(new URL('../../dist/.bundle.json', import.meta.url), 'utf8')) as object),
);

/** Files that a thread of a process had loaded at its end. */
interface Loaded {
  /** Names of packages, in the order of the alphabet. */
  readonly packages: readonly string[];
  /** Our own modules, relative to `dist`. */
  readonly files: readonly string[];
}

/** A script in V8's coverage. */
interface CoveredScript {
  readonly url: string;
  readonly functions: readonly {
    readonly functionName: string;
    readonly ranges: readonly { readonly count: number }[];
  }[];
}

/** Joined files that a script is, or of an archive those that were executed: each is one of its functions. */
function joinedFiles({ url, functions }: CoveredScript): readonly string[] {
  if (!url.includes('/dist/archives/')) return matches([url], /\/dist\/bundle\/(.*)$/);
  const called = functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0);
  return called.map(({ functionName }) => functionName).filter((name) => BUNDLE.has(name));
}

/** Runs a command to its end; the loaded files of each thread are those in V8's coverage. */
async function load(...args: readonly string[]): Promise<{ readonly status: number | null; readonly all: Loaded[] }> {
  const directory = mkdtempSync(join(COVERAGE, 'run-'));
  const { status } = await new Agent(args, { NODE_V8_COVERAGE: directory }).ended;
  const all = readdirSync(directory).map((name): Loaded => {
    const { result } = JSON.parse(readFileSync(join(directory, name), 'utf8')) as {
      result: CoveredScript[];
    };
    const urls = result.map(({ url }) => url);
    // Modules of joined libraries are among those of joined files.
    const modules = result.flatMap(joinedFiles).flatMap((file) => BUNDLE.get(file) ?? []);
    return {
      packages: matches([...urls, ...modules], /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//).toSorted(),
      files: modules.filter((module) => !module.startsWith('..')).toSorted(),
    };
  });
  return { status, all };
}

/** First groups of the matches, each once. */
function matches(texts: readonly string[], pattern: RegExp): string[] {
  return [...new Set(texts.flatMap((text) => pattern.exec(text)?.[1] ?? []))];
}

/** Files that the main thread of a command loaded. */
async function loadedBy(...args: readonly string[]): Promise<Loaded> {
  const { all } = await load(...args);
  const [main, ...others] = all.filter(({ files }) => files.includes('cli/main.js'));
  if (main === undefined || others.length > 0) throw new Error('there is not one main thread');
  return main;
}

const foldersOf = ({ files }: Loaded): string[] => [...new Set(files.map((file) => file.replace(/[^/]*$/, '')))];

describe('help and version', () => {
  const io = { stdout: process.stdout, stderr: process.stderr, env: {}, readStdin: () => Promise.resolve('') };
  const { commands } = createProgram(io, { with: () => {}, now: () => {} });

  test.each([['--version'], ['--help'], ['run', '--help']])(
    '%s: loads descriptions and the parser of flags, no command',
    async (...args) => {
      const loaded = await loadedBy(...args);
      expect(loaded.packages).toEqual(['commander']);
      expect(loaded.files.length).toBeLessThan(60);
      expect(foldersOf(loaded)).not.toContain('cli/actions/');
    },
  );

  test('preloads the module of each command by its name', () => {
    const actions = readdirSync(new URL('../../src/cli/actions', import.meta.url));
    expect(actions.toSorted()).toEqual(commands.map((command) => `${command.name()}.ts`).toSorted());
  });
});

test('validate: loads the parser of workloads, not the engine', async () => {
  const loaded = await loadedBy('validate', workloadFile({ connection_string: 'http://h', jobs: [sleep] }));
  expect(loaded.packages).toEqual(['commander', 'csv-parse', 'jsonc-parser', 'proxy-from-env', 'zod']);
  for (const folder of ['compose/', 'drivers/', 'engine/', 'exporters/', 'sources/']) {
    expect(foldersOf(loaded)).not.toContain(folder);
  }
});

const sleep = { type: 'sleep', duration: '1ms' };

describe('run', () => {
  test('loads only used modules in each of its threads', async () => {
    const jobs = [{ type: 'read', collection: 'c', operations: 5 }];
    const { status, all } = await load(
      'run',
      workloadFile({ connection_string: 'embedded:', jobs, schemas: [EXISTING_DOCUMENTS] }),
    );
    expect(status).toBe(0);
    const packages = [...new Set(all.flatMap((loaded) => loaded.packages))].toSorted();
    expect(packages).toEqual([
      'commander',
      'csv-parse',
      'jsonc-parser',
      'p-limit',
      'proxy-from-env',
      'yocto-queue',
      'zod',
    ]);
    const main = all.find(({ files }) => files.includes('cli/main.js'));
    // A run without --agents needs nothing of a fleet, in any of its threads.
    const files = all.flatMap((loaded) => loaded.files);
    expect(files.filter((file) => /^fleet\/|open-fleet|fleet-settings/.test(file))).toEqual([]);
    for (const folder of ['calibration/', 'sources/', 'exporters/push/', 'reports/html/', 'drivers/sql/']) {
      expect(main && foldersOf(main)).not.toContain(folder);
    }
    // Only the request builders of the driver: impossible requests are refused before the load.
    expect(main?.files).toContain('drivers/http/request-writer.js');
    expect(main?.files).not.toContain('drivers/http/http1-connection.js');
    const thread = all.find(({ files }) => files.includes('load-thread.js'));
    expect(thread?.files).toContain('drivers/http/http1-connection.js');
    expect(thread?.files).not.toContain('drivers/http/http2/http2-connection.js');
    for (const folder of ['workload/', 'drivers/sql/', 'drivers/redis/', 'reports/']) {
      expect(thread && foldersOf(thread)).not.toContain(folder);
    }
  });

  test('loads the modules of a fleet for a run on one', async () => {
    const file = workloadFile({ connection_string: 'http://127.0.0.1:1', jobs: [sleep] });
    const loaded = await loadedBy('run', file, '--agents', '1', '--bus', 'nats://127.0.0.1:1');
    expect(loaded.files).toContain('fleet/bus/nats-connect.js');
  });

  test('loads the modules of requested features', async () => {
    const file = workloadFile({ connection_string: 'http://127.0.0.1:1', jobs: [sleep] });
    const loaded = await loadedBy('run', file, '--metrics_export_port', '0', '--out', scratchFile('json'));
    expect(loaded.packages).toContain('prom-client');
    expect(loaded.files).toContain('recorder/hdr-encoding.js');
    expect(loaded.files).toContain('exporters/pull/pull-exporter.js');
    expect(loaded.files).not.toContain('reports/html/html.js');
    expect(loaded.files).not.toContain('exporters/remote-write/remote-write.js');
  });
});
