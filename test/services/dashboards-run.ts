import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { Agent, readResult, scratchFile, workloadFile } from '../e2e/agent.ts';
import { KnownTarget } from '../e2e/known-target.ts';
import type { ResultDocument } from '../../src/reports/document/result-document.ts';
import { grafanaFile } from './dashboards.ts';
import type { TimeRange } from './dashboards-store.ts';
import { openGate } from './gate.ts';
import { type PrometheusService, startPrometheus } from './prometheus.ts';
import { eventually, freePort, type Service } from './service.ts';
import { startVictoriaMetrics, type VictoriaMetricsService } from './victoria-metrics.ts';
import { EXISTING_DOCUMENTS } from '../existing-documents.ts';

export const AGENT = '186.12.9.19';
/** The scrape interval of examples/prometheus, and the push interval here. */
export const INTERVAL_SECONDS = 1;

/** Something for every panel to show: all kinds of jobs and ends, errors, a schedule that cannot be kept. */
const JOBS = [
  // Until Prometheus has seen the zeros.
  { type: 'sleep', duration: '3s' },
  { name: 'fill', type: 'bulk_write', collection: 'users', connections: 2, operations: 200, batch_size: 10 },
  {
    parallel: [
      {
        name: 'browse',
        type: 'read',
        collection: 'users',
        connections: 8,
        pace: 200,
        duration: '9s',
        warm_up: '2s',
        thresholds: ['p(99) < 10s', 'p(50) < 1ms'],
      },
      {
        name: 'order',
        type: 'update',
        collection: 'users',
        connections: 1,
        pace: 300,
        duration: '8s',
        overload: 'skip',
      },
      { name: 'crawl', type: 'read', collection: 'users', connections: 3, duration: '8s' },
    ],
  },
  { name: 'behind', type: 'write', collection: 'users', connections: 1, pace: 400, duration: '10s' },
  // While the target is taken away.
  { type: 'sleep', duration: '2s' },
  { name: 'orphan', type: 'read', collection: 'users', connections: 2, operations: 20 },
];
export const JOB_NAMES = ['behind', 'browse', 'crawl', 'fill', 'order', 'orphan'];

/** The shipped scrape configuration and rules, for agents on these ports. */
function prometheusConfiguration(ports: readonly number[]): string {
  const file = new URL('../../examples/prometheus/prometheus.yml', import.meta.url);
  const shipped = parse(readFileSync(file, 'utf8')) as {
    global: object;
    scrape_configs: { static_configs: { targets: string[] }[] }[];
  };
  const [scrape] = shipped.scrape_configs;
  if (scrape === undefined) throw new Error('nothing is scraped');
  scrape.static_configs = [{ targets: ports.map((port) => `127.0.0.1:${port}`) }];
  return JSON.stringify({
    ...shipped,
    global: { ...shipped.global, evaluation_interval: '1s' },
    rule_files: [grafanaFile('rules/recording.yml'), grafanaFile('rules/alerts.yml')],
  });
}

/** The stores, scraped and pushed to. */
export interface Stores extends Pick<Service, 'stop'> {
  readonly prometheus: PrometheusService;
  readonly victoriaMetrics: VictoriaMetricsService;
  /** Ports of the agent of the run, and of one that will be killed. */
  readonly ports: readonly [run: number, killed: number];
}

/** A run that is over, for dashboards to show. */
export interface ShownRun {
  readonly result: ResultDocument;
  /** From before the run until it was over. */
  readonly shown: TimeRange;
  /** A moment at which a job was in progress, in seconds since 1970. */
  readonly busySeconds: number;
}

/** Starts a Prometheus, which scrapes and evaluates the shipped rules, and a VictoriaMetrics. */
export async function startStores(): Promise<Stores> {
  const ports = [await freePort(), await freePort()] as const;
  const prometheus = await startPrometheus({ configuration: prometheusConfiguration(ports) });
  const victoriaMetrics = await startVictoriaMetrics();
  // It begins to scrape some seconds after it has started.
  await eventually(async () => ((await prometheus.scrapeErrors()).size > 0 ? true : undefined));
  const stop = async (): Promise<void> => {
    await prometheus.stop();
    await victoriaMetrics.stop();
  };
  return { prometheus, victoriaMetrics, ports, stop };
}

/** Carries out the run, with a receiver and in the end a target that go away, beside an agent that is killed. */
export async function showRun({ prometheus, victoriaMetrics, ports }: Stores): Promise<ShownRun> {
  const gate = await openGate(Number(new URL(victoriaMetrics.origin).port));
  const target = await KnownTarget.start('--latency', '5ms', '--error-rate', '0.08');

  const fromSeconds = Math.floor(Date.now() / 1000) - 2;
  const killed = new Agent(['run', '--stdin', '--name', 'killed', '--metrics_export_port', String(ports[1])]);
  killed.child.stdin?.end(
    JSON.stringify({
      connection_string: 'embedded:',
      jobs: [{ name: 'endless', type: 'read', collection: 'c', pace: 5 }],
      schemas: [EXISTING_DOCUMENTS],
    }),
  );
  const out = scratchFile('json');
  const workload = {
    connection_string: target.url,
    agent: {
      name: AGENT,
      metrics_export_port: ports[0],
      labels: { namespace: 'load', pod: 'agent-0' },
      go_compat: true,
      metrics_export_targets: [{ url: `http://127.0.0.1:${gate.port}`, interval_seconds: INTERVAL_SECONDS, buffer: 2 }],
    },
    sources: [{ name: 'prometheus', url: `${prometheus.origin}/metrics`, interval: '1s' }],
    phases: { observed: 'prometheus_tsdb_head_series > 0' },
    jobs: JOBS,
  };
  const agent = new Agent(['run', workloadFile(workload), '--out', out]);
  await agent.sees(/crawl: started/);
  // Longer than two snapshots can be kept: some are lost, and pushes are repeated.
  gate.setOpen(false);
  await sleep(6000);
  gate.setOpen(true);
  await agent.sees(/behind: started/);
  await sleep(3000);
  const busySeconds = Math.floor(Date.now() / 1000);
  killed.child.kill('SIGKILL');
  await agent.sees(/behind: completed/);
  await target.stop();
  await agent.ended;
  await gate.stop();
  await victoriaMetrics.flush();
  // A point of a graph after the last values.
  await sleep(1100);
  const shown = { fromSeconds, toSeconds: Math.floor(Date.now() / 1000) };
  return { result: readResult(out), shown, busySeconds };
}
