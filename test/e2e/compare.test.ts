import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseXml } from '../xml-parser.ts';
import { Agent, loadbot, runWorkload, scratchFile } from './agent.ts';

const path = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url));

describe('compare', () => {
  let [fast, slow] = ['', ''];
  beforeAll(async () => {
    const job = { name: 'writes', type: 'write', collection: 'c', pace: 100, duration: '6s' };
    const { result } = await runWorkload({ connection_string: 'embedded:', jobs: [job] }, ['-q']);
    // The variation of real times on a busy machine is not tested here.
    const withTimes = (p50: number): string => {
      const out = scratchFile('json');
      const changed = structuredClone(result) as unknown as {
        validity: { valid: boolean };
        jobs: { response_time: { percentiles_seconds: object }; confidence: { percentiles: object } }[];
      };
      changed.validity.valid = true;
      for (const { response_time: times, confidence } of changed.jobs) {
        Object.assign(times.percentiles_seconds, { p50, p90: p50 * 1.2, p99: p50 * 2 });
        const about = (value: number) => ({
          low_seconds: value * 0.99,
          high_seconds: value * 1.01,
          effective_samples: 500,
        });
        confidence.percentiles = { p50: about(p50), p90: about(p50 * 1.2), p99: about(p50 * 2) };
      }
      writeFileSync(out, JSON.stringify(changed));
      return out;
    };
    fast = withTimes(0.02);
    slow = withTimes(0.06);
  });

  test('reports three times the latency as a regression with 111, and the reverse as an improvement', async () => {
    const worse = await loadbot(['compare', fast, slow]);
    expect(worse.status).toBe(111);
    expect(worse.stdout).toMatch(
      /writes +write +p50 +20\.0ms +60\.0ms +\+200\.0% +\+19\d\.\d% to \+20\d\.\d% +\+5\.0% +REGRESSION\n/,
    );
    expect(worse.stdout).toMatch(/\n1 of 1 job got worse: writes \(.*p50.*\)\n$/);
    const better = await loadbot(['compare', slow, fast, '--json', '-']);
    expect(better.status).toBe(0);
    const { kind, comparisons } = JSON.parse(better.stdout) as {
      kind: string;
      comparisons: { metric: string; verdict: string; change: number }[];
    };
    expect(kind).toBe('loadbot_comparison');
    expect(comparisons.find(({ metric }) => metric === 'p50')).toMatchObject({ verdict: 'improvement' });
  });

  test('reports a text in place of a number with file and position, and exits with 104', async () => {
    const changed = scratchFile('json');
    writeFileSync(changed, readFileSync(slow, 'utf8').replace(/"p99":0\.12\b/, '"p99":"0.12"'));
    const { status, stdout, stderr } = await loadbot(['compare', fast, changed]);
    expect({ status, stdout }).toEqual({ status: 104, stdout: '' });
    expect(stderr).toBe(
      `error: ${changed}: jobs[0].response_time.percentiles_seconds.p99 must be a number of at least 0, not "0.12"\n` +
        '  hint: the file was changed or damaged; take the one that `run` wrote\n',
    );
    const report = await loadbot(['report', changed, '--csv', '-']);
    expect({ status: report.status, stdout: report.stdout, stderr: report.stderr }).toEqual({
      status: 104,
      stdout: '',
      stderr,
    });
  });

  test('finds no regression of a run against itself, or within the allowed change', async () => {
    expect((await loadbot(['compare', fast, fast])).status).toBe(0);
    const generous = ['--max-regression', 'p50=1000%,p90=1000%', '--max-regression', 'p99=1000%'];
    expect((await loadbot(['compare', fast, slow, ...generous])).status).toBe(0);
  });

  test('warns, fails or passes on unknown changes', async () => {
    const alike = scratchFile('json');
    const document = JSON.parse(readFileSync(fast, 'utf8')) as {
      run_id: string;
      jobs: { response_time: { percentiles_seconds: { p50: number } } }[];
    };
    document.run_id = 'another';
    for (const job of document.jobs) job.response_time.percentiles_seconds.p50 *= 1.045;
    writeFileSync(alike, JSON.stringify(document));
    const generous = ['--max-regression', 'rate=1000%,error_rate=100%,p90=1000%,p99=1000%'];
    const compared = (...flags: string[]) => loadbot(['compare', fast, alike, ...generous, ...flags]);
    const warned = await compared();
    expect(warned.status).toBe(0);
    expect(warned.stderr).toMatch(/^warning: chance may explain the change of writes \(.*p50\)/); // a busy machine adds the rate
    const failed = await compared('--on_unknown', 'fail');
    expect(failed.status).toBe(112);
    expect(failed.stderr).toMatch(/no verdict: chance may explain the change of writes \(.*p50\)/);
    expect(await compared('--on_unknown', 'pass')).toMatchObject({ status: 0, stderr: '' });
    expect((await loadbot(['compare', fast, fast, '--on_unknown', 'fail'])).status).toBe(0);
    expect((await compared('--on_unknown', 'guess')).stderr).toContain('fail, warn, pass');
  });

  test('compares several runs on each side, and writes Markdown', async () => {
    const { status, stdout } = await loadbot([
      'compare',
      '--baseline',
      fast,
      fast,
      '--current',
      slow,
      slow,
      '--markdown',
      '-',
    ]);
    expect(status).toBe(111);
    expect(stdout).toMatch(/^## ❌ \d regressions?\n/);
    expect(stdout).toMatch(/\| ❌ REGRESSION \|/);
  });

  test('gives no verdict for an invalid run and exits with 112, unless it is allowed', async () => {
    const doubtful = scratchFile('json');
    const document = JSON.parse(readFileSync(slow, 'utf8')) as { validity: { valid: boolean } };
    document.validity.valid = false;
    writeFileSync(doubtful, JSON.stringify(document));
    const markdown = scratchFile('md');
    for (const sides of [
      [fast, doubtful],
      [doubtful, fast],
    ]) {
      const { status, stdout, stderr } = await loadbot(['compare', ...sides, '--markdown', markdown]);
      expect(status).toBe(112);
      expect(stdout).toMatch(/writes +write +p50 .* cannot tell\n/);
      expect(stdout).not.toMatch(/REGRESSION|improvement/);
      expect(stderr).toMatch(/no verdict: run [\da-f]{8} is marked invalid, the numbers are not to be trusted/);
      expect(stderr).toContain('--allow_invalid');
      expect(readFileSync(markdown, 'utf8')).toContain('## ⚠️ no verdict');
    }
    const allowed = await loadbot(['compare', fast, doubtful, '--allow_invalid']);
    expect(allowed.status).toBe(111);
    expect(allowed.stdout).toMatch(/note: run [\da-f]{8} is marked invalid: its numbers are unreliable/);
  });

  test('reports invalid input', async () => {
    const other = scratchFile('json');
    writeFileSync(other, readFileSync(fast, 'utf8').replaceAll('"writes"', '"other"'));
    for (const [args, message] of [
      [['compare', fast], 'two results are needed'],
      [['compare', fast, fast, fast], 'more than two results need --baseline and --current'],
      [['compare', '--baseline', fast], '--current is missing'],
      [['compare', fast, fast, '--max-regression', 'p98=1%'], '`p98` is nothing that runs are compared by'],
      [['compare', fast, 'nowhere.json'], 'cannot read nowhere.json'],
      [['compare', fast, other], 'no job is on both sides'],
    ] as const) {
      const { status, stderr } = await loadbot(args);
      expect(status, args.join(' ')).toBe(104);
      expect(stderr).toContain(message);
    }
  });

  test('annotates regressions and adds the comparison to the step summary in GitHub Actions', async () => {
    const [summary, junit] = [scratchFile('md'), scratchFile('xml')];
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const { status, stdout } = await new Agent(['compare', fast, slow, '--junit', junit], env).ended;
    expect(status).toBe(111);
    expect(stdout).toMatch(/^::error title=writes \(write\)%3A p50 got worse::was [\d.]+ms, is [\d.]+ms: \+/m);
    expect(readFileSync(summary, 'utf8')).toMatch(/^## ❌ \d regressions/);
    expect(readFileSync(junit, 'utf8')).toContain('<failure type="regression"');
  });
});

describe('examples/ci', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadbot-stage-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The stage in a folder of its own, with the workload made short. */
  function stage(change: (workload: string) => string, ...flags: string[]) {
    const text = readFileSync(path('examples/ci/workload.jsonc'), 'utf8')
      .replace('"30s"', '"6s"')
      .replace('"2s"', '"500ms"');
    writeFileSync(join(folder, 'workload.jsonc'), change(text));
    const env = {
      ...process.env,
      WORKLOAD: 'workload.jsonc',
      LOADBOT: `${process.execPath} ${path('bin/loadbot-agent.js')}`,
    };
    // Other tests share the machine: whether the numbers can be trusted is not what these ask.
    const args = [path('examples/ci/stage.sh'), '--allow_invalid', ...flags];
    return spawnSync('sh', args, { cwd: folder, env, encoding: 'utf8' });
  }
  const report = (name: string): string => readFileSync(join(folder, 'reports', name), 'utf8');
  const failures = () =>
    Array.from(report('junit.xml').matchAll(/<failure [^>]*type="(\w+)"/g), ([, type]) => type).filter(
      (type) => type !== 'validity',
    );

  test('the stage runs unchanged, and compares once it has a baseline', () => {
    rmSync(join(folder, 'baseline.json'), { force: true });
    let first = stage((text) => text);
    // Its thresholds say nothing about a run that a busy machine has made invalid.
    for (let tries = 1; tries < 8 && first.status !== 0 && first.stderr.includes('this run is invalid'); tries++)
      first = stage((text) => text);
    expect(first.status, first.stderr).toBe(0);
    expect(first.stderr).toContain('no baseline.json, nothing to compare with');
    expect(parseXml(report('junit.xml')).attributes).toMatchObject({ tests: '7' });
    expect(failures()).toEqual([]);
    expect(JSON.parse(report('load-performance.json'))).toMatchObject({ metrics: { checks: { fails: 0 } } });
    expect(report('metrics.txt')).toMatch(/# EOF\n$/);
    expect(report('summary.md')).toContain('**Thresholds: 4 of 4 held**');

    copyFileSync(join(folder, 'reports/result.json'), join(folder, 'baseline.json'));
    const second = stage((text) => text);
    // Two runs on a busy machine may differ, or not be trusted, and an invalid one may break a threshold; that it compares
    // is what counts.
    expect(second.stderr.includes('this run is invalid') ? [0, 99, 111, 112] : [0, 111, 112]).toContain(second.status);
    expect(report('comparison.md')).toMatch(/^## (✅ no regression|❌ \d regression|⚠️ no verdict)/);
  });

  test('a failed threshold fails the stage, with its reports', () => {
    copyFileSync(join(folder, 'reports/result.json'), join(folder, 'baseline.json'));
    rmSync(join(folder, 'reports'), { recursive: true });
    const { status, stderr } = stage((text) => text.replace('< 500ms', '< 1us'));
    expect(status).toBe(99);
    expect(stderr).toContain('stage: a threshold failed');
    expect(failures()).toEqual(['threshold']);
    expect(report('comparison.md')).toMatch(/^## /);
    expect(parseXml(report('comparison.xml')).attributes['tests']).toBe('10');
  });

  test('an unreadable workload fails the stage with 104', () => {
    expect(stage((text) => text.replace('p(99)', 'p99x')).status).toBe(104);
  });

  test.each(['github-actions.yml', 'gitlab-ci.yml'])('%s is valid YAML and runs an existing script', (file) => {
    const text = readFileSync(path(`examples/ci/${file}`), 'utf8');
    expect(parse(text)).toBeTypeOf('object');
    expect(text).toContain('sh loadbot-agent/examples/ci/stage.sh');
    expect(text).toContain('WORKLOAD: loadbot-agent/examples/ci/http.jsonc');
    // CI keeps the files that the stage writes.
    const written = readFileSync(path('examples/ci/stage.sh'), 'utf8');
    for (const [, name = ''] of text.matchAll(/reports\/([\w.-]+)/g)) expect(written).toContain(`$reports/${name}`);
  });
});
