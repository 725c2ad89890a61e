import { execFile, execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CountingServer } from '../e2e/counting-server.ts';
import { parse } from 'jsonc-parser';

// The package as it would be published, in a project that has nothing else than its dependencies, vitest and TypeScript.
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
let project = '';

function call(command: string, args: readonly string[], cwd = project): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'loadbot-project-'));
  const modules = join(project, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '.package-lock.json') symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  call('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', project], ROOT);
  const archive = readdirSync(project).find((name) => name.endsWith('.tgz')) ?? '';
  call('tar', ['-xzf', archive]);
  rmSync(join(project, archive));
  call('mv', ['package', 'node_modules/loadbot-agent']);
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "type": "module" }');
  const compilerOptions = {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    // The declarations of the package themselves are checked.
    skipLibCheck: false,
    types: ['node'],
    noEmit: true,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['types.ts', 'ready.ts'] }));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

test('the example runs there, with vitest', () => {
  copyFileSync(join(ROOT, 'examples/library/load.test.ts'), join(project, 'load.test.ts'));
  const report = call('node', ['node_modules/vitest/vitest.mjs', 'run', '--reporter=json']);
  expect(JSON.parse(report.slice(report.indexOf('{')))).toMatchObject({ numPassedTests: 1, numFailedTests: 0 });
});

describe('examples of docs/library.md', () => {
  const page = readFileSync(join(ROOT, 'docs/library.md'), 'utf8');
  const examples = [...page.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);

  test('are complete programs', () => {
    expect(examples.length).toBeGreaterThanOrEqual(5);
    expect(examples.filter((text) => !text.includes("from 'loadbot-agent'"))).toEqual([]);
  });

  test.each(examples.map((text) => [text]))('%s', async (text) => {
    const server = await CountingServer.start();
    const job = { type: 'read', http: { path: '/' }, pace: 100, duration: '2s' };
    writeFileSync(
      join(project, 'load.jsonc'),
      JSON.stringify({ connection_string: `http://${server.host}`, jobs: [job] }),
    );
    writeFileSync(join(project, 'example.mjs'), text.replaceAll('127.0.0.1:8080', server.host));
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: project });
    server.stop();
    expect(stderr).toBe('');
    expect(stdout).not.toBe('');
  });
});

test('its types are complete, strict, and accept each ready workload', () => {
  const types = readFileSync(join(ROOT, 'test/types/library.ts'), 'utf8');
  // The part about types of the program itself has no place outside of it.
  const [, ofUsers = ''] = types.split('// For users:\n');
  expect(ofUsers).toContain('@ts-expect-error');
  writeFileSync(
    join(project, 'types.ts'),
    `import { compare, defineWorkload, run, validate, type Result, type Workload } from 'loadbot-agent';\n${ofUsers}`,
  );
  const workloads = readdirSync(join(ROOT, 'workloads'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.jsonc'),
  );
  expect(workloads.length).toBeGreaterThan(10);
  const calls = workloads.map(
    (name) => `defineWorkload(${JSON.stringify(parse(readFileSync(join(ROOT, 'workloads', name), 'utf8')))});`,
  );
  writeFileSync(join(project, 'ready.ts'), `import { defineWorkload } from 'loadbot-agent';\n${calls.join('\n')}\n`);
  expect(call('node', ['node_modules/typescript/bin/tsc', '-p', '.'])).toBe('');
});

test('has all declarations that its entries import, and the library imports only those of functions beside its own', () => {
  const root = join(project, 'node_modules/loadbot-agent');
  const { exports: entries } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  };
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, path = ''] of text.matchAll(/(?:from |import\()'(\.[^']+)\.(?:ts|js)'/g)) {
      visit(join(file, '..', `${path}.d.ts`));
    }
  };
  for (const entry of Object.values(entries)) if (typeof entry === 'object') visit(join(root, entry.types));
  const ofLibrary = [...reached].filter((file) => file.includes('/dist/library/'));
  expect(reached.size).toBeGreaterThan(ofLibrary.length);
  const declared = readdirSync(join(root, 'dist/library'), { recursive: true, encoding: 'utf8' });
  expect(declared.filter((name) => name.endsWith('.d.ts'))).toHaveLength(ofLibrary.length);
  const declarations = ofLibrary.map((file) => readFileSync(file, 'utf8')).join('');
  const outside = [...declarations.matchAll(/from '(\.\.[^']+)'/g)].map(([, path]) => path);
  expect(outside).toEqual(['../functions/function-types.ts']);
});
