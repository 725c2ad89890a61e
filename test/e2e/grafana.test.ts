import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ResultDocument } from '../../src/reports/document/result-document.ts';
import { type Grafana, startGrafana, type StoredAnnotation } from '../grafana.ts';
import { Agent, loadbot, readResult, scratchFile, workloadFile } from './agent.ts';
import { startSlowStore } from './slow-store.ts';
import { EXISTING_DOCUMENTS } from '../existing-documents.ts';

const TOKEN = 'glsa_canary-token';
const RUN_TAGS = ['loadbot-agent', 'workload:shop', 'agent:agent-1'];

async function grafana(): Promise<Grafana> {
  const server = await startGrafana(TOKEN);
  onTestFinished(() => server.stop());
  return server;
}

function seconds({ time, timeEnd }: StoredAnnotation): number {
  return (timeEnd - time) / 1000;
}

/** A second of calm, two of backup, and so on. */
async function backingUp() {
  const isSlow = (elapsedMs: number): boolean => Math.floor(elapsedMs / 1000) % 3 !== 0;
  const store = await startSlowStore({ calmMs: 1, slowMs: 2, isSlow });
  return {
    name: 'shop',
    connection_string: store.url,
    sources: [{ name: 'store', url: `${store.url}/metrics`, interval: '200ms', timeout: '190ms' }],
    phases: { backup: 'store_backup_in_progress == 1' },
    schemas: [EXISTING_DOCUMENTS],
    jobs: [
      { name: 'reads', type: 'read', collection: 'c', connections: 5, pace: 50, operations: 150 },
      {
        name: 'more',
        type: 'read',
        collection: 'c',
        connections: 5,
        pace: 50,
        operations: 50,
        thresholds: ['count > 1000'],
      },
    ],
  };
}

describe('a run in Grafana', () => {
  test('is an annotated region, like its jobs and phases; every report links to it', async () => {
    const { url, annotations, versions, complaints } = await grafana();
    const [out, page, junit, markdown] = ['json', 'html', 'xml', 'md'].map(scratchFile) as [
      string,
      string,
      string,
      string,
    ];
    const flags = [
      '--grafana_url',
      url,
      '-n',
      'agent-1',
      '--report',
      `json=${out},html=${page},junit=${junit},markdown=${markdown}`,
    ];
    const agent = new Agent(['run', workloadFile(await backingUp()), ...flags], { LOADBOT_GRAFANA_TOKEN: TOKEN });
    const { status, stdout } = await agent.ended;
    expect(status).toBe(99);
    expect(complaints).toEqual([]);
    const texts = versions().map(({ tags, text }) => [tags.at(-1), text]);
    expect(texts[0]).toEqual(['agent:agent-1', expect.stringMatching(/^<b>shop<\/b> on http:\S+ is running; run /)]);
    expect(texts).toContainEqual(['job:reads', '<b>reads</b> (read) is running']);
    expect(texts).toContainEqual(['phase:backup', 'phase <b>backup</b>']);

    const result = readResult(out);
    const all = annotations();
    const tagged = (tag: string): readonly StoredAnnotation[] => all.filter(({ tags }) => tags.includes(tag));
    expect(all.every(({ tags }) => RUN_TAGS.every((tag) => tags.includes(tag)))).toBe(true);
    const [run] = all;
    expect(run?.time).toBe(Date.parse(result.started_at));
    expect(run?.timeEnd).toBe(Date.parse(result.ended_at));
    expect(run?.text).toContain('; 0 of 1 thresholds held; count &gt; 1000 of more failed; run ');
    const [reads] = tagged('job:reads');
    const [more] = tagged('job:more');
    expect(reads?.text).toBe('<b>reads</b> completed: 150 requests, none failed');
    expect(more?.text).toBe('<b>more</b> completed: 50 requests, none failed');
    expect(seconds(reads!)).toBeCloseTo(result.jobs[0]?.elapsed_seconds ?? NaN, 0); // it was found above
    expect(more?.time).toBeGreaterThanOrEqual(reads?.timeEnd ?? NaN);
    const phases = tagged('phase:backup').map(({ time, timeEnd }) =>
      [time, timeEnd].map((ms) => (ms - run!.time) / 1000),
    );
    expect(phases.length).toBe(result.phases[0]?.spans.length);
    for (const [index, [from, to]] of (result.phases[0]?.spans ?? []).entries()) {
      expect(phases[index]?.[0]).toBeCloseTo(from, 1);
      expect(phases[index]?.[1]).toBeCloseTo(to, 1);
    }

    const [link] = result.links;
    const query = new URL(link?.url ?? '').searchParams;
    expect(link?.url.startsWith(`${url}/d/loadbot-agent/loadbot-agent?`)).toBe(true);
    expect(query.get('from')).toBe(String(run?.time));
    expect(Number(query.get('to'))).toBe((run?.timeEnd ?? NaN) + 15_000);
    expect([query.get('var-agent'), query.get('var-run'), query.getAll('var-job')]).toEqual([
      'agent-1',
      result.run_id,
      ['reads', 'more'],
    ]);
    const shown = link?.url ?? '';
    expect(stdout).toContain(`charts   ${shown}\n`);
    for (const path of [page, junit]) expect(readFileSync(path, 'utf8')).toContain(shown.replaceAll('&', '&amp;'));
    expect(readFileSync(markdown, 'utf8')).toContain(`[Grafana dashboard](${shown})`);
  });

  test('has an end even after a second signal, and ends in time', async () => {
    const target = new Agent(['target', '--port', '0', '--latency', '60s']);
    onTestFinished(() => void target.child.kill());
    const [origin = ''] = await target.sees(/http:\/\/127\.0\.0\.1:\d+/);
    const job = { name: 'reads', type: 'read', http: { path: '/' }, connections: 2 };
    const workload = workloadFile({ name: 'shop', connection_string: origin, jobs: [job] });
    /** From the second signal on. */
    const leave = async () => {
      const { url, annotations, complaints } = await grafana();
      const agent = new Agent(['run', workload, '--grafana_url', url], { LOADBOT_GRAFANA_TOKEN: TOKEN });
      await expect.poll(() => annotations().length).toBe(2);
      agent.child.kill('SIGINT');
      await agent.sees(/once more to leave at once/);
      const beforeMs = performance.now();
      agent.child.kill('SIGINT');
      expect((await agent.ended).status).toBe(105);
      expect(complaints).toEqual([]);
      return { tookMs: performance.now() - beforeMs, all: annotations() };
    };
    // A busy machine may delay one of them, but not all.
    const tries = [await leave()];
    const isGood = ({ tookMs, all: [run] }: (typeof tries)[number]): boolean =>
      tookMs < 1000 && / stopped after /.test(run?.text ?? '');
    while (tries.length < 12 && !tries.some(isGood)) tries.push(await leave());
    const [run, reads] = tries.find(isGood)?.all ?? [];
    expect(run, `after ${tries.map(({ tookMs }) => tookMs.toFixed(0)).join(', ')} ms`).toBeDefined();
    expect(run?.timeEnd).toBeGreaterThan(run?.time ?? NaN);
    expect(reads?.tags).toContain('job:reads');
  });

  test('of a long-running agent uses the Grafana of the agent', async () => {
    const { url, annotations, complaints } = await grafana();
    const agent = new Agent(['start-agent', '--port', '0', '-n', 'agent-1', '--grafana_url', url], {
      LOADBOT_GRAFANA_TOKEN: TOKEN,
    });
    onTestFinished(() => void agent.child.kill('SIGKILL'));
    const [, control = '', uri = ''] = await agent.sees(/control: (http:\/\/(127\.0\.0\.1:\d+))\/status/);
    await agent.sees(/is idle; start a run/);
    const job = { name: 'fill', type: 'write', collection: 'c', operations: 40, connections: 2 };
    for (const name of ['shop', 'again']) {
      const workload = {
        name,
        connection_string: 'embedded:',
        agent: { grafana: { url: 'http://127.0.0.1:1' } },
        jobs: [job],
      };
      expect((await loadbot(['start', workloadFile(workload), '-u', uri, '--follow'])).status).toBe(0);
    }
    const result = (await (await fetch(`${control}/result`)).json()) as ResultDocument;
    expect(result.links[0]?.url).toContain(`${url}/d/loadbot-agent/`);
    agent.child.kill('SIGINT');
    expect((await agent.ended).status).toBe(0);
    expect(complaints).toEqual([]);
    const texts = annotations().map(({ text }) => text);
    expect(texts.length).toBe(4);
    expect(texts.filter((text) => text.includes('</b> completed: 40 requests, none failed')).length).toBe(2);
    expect(texts.filter((text) => / completed in \S+(?: not to be trusted;)? run /.test(text)).length).toBe(2);
  });

  test.each(['hang', { status: 500, body: 'oops' }] as const)(
    'that fails (%j) causes only a warning',
    async (fault) => {
      const { url, faults } = await grafana();
      faults.push(...Array.from({ length: 50 }, () => fault));
      const out = scratchFile('json');
      const job = { name: 'fill', type: 'write', collection: 'c', pace: 100, operations: 100 };
      const workload = workloadFile({ connection_string: 'embedded:', jobs: [job] });
      const flags = ['--grafana_url', url, '--out', out];
      const { status, stderr } = await new Agent(['run', workload, ...flags], { LOADBOT_GRAFANA_TOKEN: TOKEN }).ended;
      expect(status).toBe(0);
      expect(readResult(out).jobs[0]).toMatchObject({ ok: 100, skipped: 0 });
      expect(stderr).toMatch(/annotations? could not be written to http:/);
      expect(stderr).not.toContain(TOKEN);
    },
  );
});
