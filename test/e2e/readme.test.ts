import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Agent } from './agent.ts';

// README's own examples, as a reader would try them: its workload in a file called load.jsonc, its commands beside it.
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text);
}

/** Every command that README shows, its continued lines joined. */
const commands = blocks('sh')
  .join('\n')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line.startsWith('loadbot-agent '))
  .map((line) => line.split(/\s+/).slice(1));

describe('README', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'loadbot-readme-'));
    const [workload = ''] = blocks('jsonc');
    // The same workload against a target that is there, and shorter.
    const quick = workload
      .replace('"http://127.0.0.1:8080"', '"embedded:"')
      .replace('"5s"', '"50ms"')
      .replace('"30s"', '"500ms"')
      .replace('9095', '0');
    expect(quick).not.toBe(workload);
    writeFileSync(join(folder, 'load.jsonc'), quick);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (args: readonly string[]): Agent => new Agent(args, {}, ['sh', '-c', 'cd "$0" && exec "$@"', folder]);

  test('has at most 150 lines', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  test('shows commands of each kind', () => {
    expect(commands.map(([name]) => name)).toEqual(['target', 'validate', 'run', 'run', 'run']);
  });

  test.each(commands.filter(([name]) => name !== 'target'))('loadbot-agent %s %s %s %s', async (...args) => {
    const { status, stdout, stderr } = await run(args).ended;
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(args[0] === 'validate' ? /^ok: load\.jsonc: 3 jobs/ : /workload 1[\s\S]*10,000/);
    if (args.includes('--out'))
      expect(readFileSync(join(folder, 'result.json'), 'utf8')).toContain('"schema_version": 1');
  });

  test('loadbot-agent target', async () => {
    const [, ...flags] = commands.find(([name]) => name === 'target') ?? [];
    const target = run(['target', ...flags, '--port', '0']);
    const [url = ''] = await target.sees(/http:\/\/127\.0\.0\.1:\d+/);
    const before = performance.now();
    expect((await fetch(`${url}/users/nobody`)).status).toBe(404);
    expect(performance.now() - before).toBeGreaterThan(19);
    target.child.kill('SIGTERM');
    expect((await target.ended).status).toBe(0);
    expect(readFileSync(join(folder, 'truth.ndjson'), 'utf8')).toContain('/users/nobody');
  });

  test('every linked document exists', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+?)\)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(10);
    for (const path of links.filter((link) => !link.startsWith('http'))) {
      expect(existsSync(new URL(`../../${path}`, import.meta.url)), path).toBe(true);
    }
  });
});
