import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { scratchFile } from '../e2e/agent.ts';
import { describeWithServices } from './binary.ts';
import { NGINX, startNginx } from './nginx.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The step of the GitHub workflow that sends load, and the folder of a checkout with a clone of loadbot-agent in it. */
function checkout(): { readonly folder: string; readonly step: Step } {
  const workflow = parse(readFileSync(join(root, 'examples/ci/github-actions.yml'), 'utf8')) as {
    jobs: { load: { steps: Step[] } };
  };
  const step = workflow.jobs.load.steps.find(({ name }) => name === 'load test');
  if (step?.run === undefined) throw new Error('the workflow has no load test');
  const folder = scratchFile('checkout');
  for (const file of ['stage.sh', 'http.jsonc']) {
    const copy = join(folder, 'loadbot-agent/examples/ci', file);
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(join(root, 'examples/ci', file), copy);
  }
  return { folder, step };
}

describeWithServices('examples/ci/github-actions.yml', [NGINX], () => {
  it('tests the service of the job, and compares with the cached result', async () => {
    const nginx = await startNginx();
    const { folder, step } = checkout();
    const workload = join(folder, 'loadbot-agent/examples/ci/http.jsonc');
    const shorter = readFileSync(workload, 'utf8').replace('"30s"', '"6s"');
    // Whether the machine is fast enough for its threshold is not under test.
    const changed = shorter.replace('p(99) < 500ms', 'p(99) < 10m');
    expect(changed).not.toBe(shorter);
    writeFileSync(workload, changed);
    const command = step.run?.replace('http://127.0.0.1:8080', nginx.origin) ?? '';
    expect(command).toContain(nginx.origin);
    const summary = join(folder, 'summary.md');
    // Whether the machine can be trusted is not under test.
    const LOADBOT = `${process.execPath} ${join(root, 'bin/loadbot-agent.js')}`;
    const env = { ...process.env, ...step.env, LOADBOT, GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const run = () => spawnSync('sh', ['-c', `${command} --allow_invalid`], { cwd: folder, env, encoding: 'utf8' });
    try {
      const first = run();
      expect(first.status, first.stderr).toBe(0);
      const result = JSON.parse(readFileSync(join(folder, 'reports/result.json'), 'utf8')) as {
        jobs: { name: string; planned: number; started: number; skipped: number; requests: number; errors: number }[];
      };
      expect(result.jobs.map(({ name, errors }) => [name, errors])).toEqual([['front page', 0]]);
      // On a busy machine, some of them find no free connection until the end.
      const { planned, started = 0, skipped = 0, requests = 0 } = result.jobs[0] ?? {};
      expect([planned, started + skipped]).toEqual([1200, 1200]);
      expect(requests).toBeGreaterThan(0);

      cpSync(join(folder, 'reports/result.json'), join(folder, 'baseline.json'));
      const second = run();
      // Two runs of a busy machine may differ or be invalid.
      expect([0, 111, 112], second.stderr).toContain(second.status);
      expect(existsSync(join(folder, 'reports/comparison.xml'))).toBe(true);
      expect(readFileSync(summary, 'utf8').match(/^## /gm)?.length).toBeGreaterThanOrEqual(3);
    } finally {
      await nginx.stop();
    }
  });
});
