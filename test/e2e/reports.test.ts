import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseXml } from '../xml-parser.ts';
import { Agent, loadbot, readResult, scratchFile, workloadFile } from './agent.ts';

const WORKLOAD = {
  name: 'shop',
  connection_string: 'embedded:',
  jobs: [
    { name: 'writes', type: 'write', collection: 'c', operations: 300, thresholds: ['p(99) < 10s', 'count > 300'] },
  ],
};

describe('run --report', () => {
  test('writes all reports with any exit status, and appends to the summary of a GitHub step', async () => {
    const [junit, json, csv, summary] = ['xml', 'json', 'csv', 'md'].map(scratchFile) as [
      string,
      string,
      string,
      string,
    ];
    writeFileSync(summary, '# before\n');
    const args = [
      'run',
      workloadFile(WORKLOAD),
      '-q',
      '--report',
      `junit=${junit},json=${json}`,
      '--report',
      `csv=${csv}`,
    ];
    const { status, stdout } = await new Agent(args, { GITHUB_STEP_SUMMARY: summary }).ended;
    expect(status).toBe(99);
    expect(stdout).toContain('thresholds: 1 of 2 held, 1 did not');
    const root = parseXml(readFileSync(junit, 'utf8'));
    expect(root.attributes).toMatchObject({ tests: '4', failures: '1' });
    expect(readResult(json).jobs[0]?.requests).toBe(300);
    expect(readFileSync(csv, 'utf8').split('\r\n')).toHaveLength(3);
    expect(readFileSync(summary, 'utf8')).toMatch(
      /^# before\n## ❌ shop on [\s\S]*\| ❌ \| writes \| `count > 300` \| it is 300 \|/,
    );
  });

  test('to standard output writes no other text', async () => {
    const { status, stdout, stderr } = await loadbot(['run', workloadFile(WORKLOAD), '-q', '--report', 'k6=-']);
    expect(status).toBe(99);
    expect((JSON.parse(stdout) as { metrics: { http_reqs: { count: number } } }).metrics.http_reqs.count).toBe(300);
    expect(stderr).toContain('thresholds: 1 of 2 held');
  });

  test('refuses an unwritable report before the load', async () => {
    const { status, stderr } = await loadbot(['run', workloadFile(WORKLOAD), '--report', 'junit=/nowhere/at/all.xml']);
    expect(status).toBe(104);
    expect(stderr).toContain('/nowhere/at/all.xml');
    expect((await loadbot(['run', workloadFile(WORKLOAD), '--report', 'junt=x'])).stderr).toContain(
      'did you mean `junit`?',
    );
  });
});

describe('report', () => {
  test('makes the same report from a result file as the run', async () => {
    const [out, junit, later] = ['json', 'xml', 'xml'].map(scratchFile) as [string, string, string];
    await loadbot(['run', workloadFile(WORKLOAD), '-q', '--out', out, '--report', `junit=${junit}`]);
    const { status, stdout } = await loadbot(['report', out, '--junit', later, '--markdown', '-']);
    expect(status).toBe(0);
    expect(readFileSync(later, 'utf8')).toBe(readFileSync(junit, 'utf8'));
    expect(stdout).toMatch(/^## ❌ shop on /);
    const fromStdin = await loadbot(['report', '-', '--report', 'markdown=-'], readFileSync(out, 'utf8'));
    expect(fromStdin.stdout).toBe(stdout);
  });

  test('without flags prints the summary of the run, whose last lines also name its files', async () => {
    const [out, html, text] = ['json', 'html', 'txt'].map(scratchFile) as [string, string, string];
    const run = await loadbot(['run', workloadFile(WORKLOAD), '-q', '--out', out, '--report', `html=${html}`]);
    expect(run.stdout.trimEnd().split('\n').slice(-4)).toEqual([
      'FAILED (99): 1 of 2 thresholds failed: count > 300 of writes',
      `result   ${out}`,
      `html     ${html}`,
      'metrics  neither pushed nor served: see --metrics_export_url, --metrics_export_port',
    ]);
    const { status, stdout } = await loadbot(['report', out]);
    expect(status).toBe(0);
    expect(run.stdout.startsWith(stdout)).toBe(true);
    expect(stdout).toMatch(/service time +requests[^]*█[^]*FAILED \(99\): 1 of 2 thresholds failed: .*\n$/);
    expect(stdout).not.toContain('95% CI');
    const printed = await loadbot(['report', out, '--summary', '--html', html]);
    expect(printed.stdout).toBe(stdout);
    expect((await loadbot(['report', out, '--report', `summary=${text}`])).status).toBe(0);
    expect(readFileSync(text, 'utf8')).toMatch(/^shop on [^]*FAILED \(99\)/);
  });

  test('reports invalid input', async () => {
    const file = workloadFile(WORKLOAD);
    for (const [args, message] of [
      [['report', 'nowhere.json', '--csv', '-'], 'cannot read nowhere.json'],
      [['report', file, '--csv', '-'], 'is not a result of loadbot-agent'],
      [['report', file], 'is not a result of loadbot-agent'],
      [['report', file, '--csv', '-', '--junit', '-'], 'the reports cannot be written'],
    ] as const) {
      const { status, stderr } = await loadbot(args);
      expect(status, args.join(' ')).toBe(104);
      expect(stderr).toContain(message);
    }
  });
});
