import { expect, it } from 'vitest';
import { Agent, readResult, scratchFile, workloadFile } from '../e2e/agent.ts';
import { describeWithServices, PROMETHEUS } from './binary.ts';
import { type PrometheusService, startPrometheus } from './prometheus.ts';
import { eventually, freePort } from './service.ts';

/** A configuration of scrape jobs by name, each with its interval in seconds. */
function configuration(port: number, intervals: Readonly<Record<string, number>>): string {
  const jobs = Object.entries(intervals).map(([name, seconds]) => ({
    job_name: name,
    scrape_interval: `${seconds}s`,
    scrape_timeout: '1s',
    honor_labels: true,
    static_configs: [{ targets: [`127.0.0.1:${port}`], labels: { by: name } }],
  }));
  return JSON.stringify({ global: {}, scrape_configs: jobs }); // JSON is YAML
}

function startRun(port: number, seconds: number) {
  const out = scratchFile('result.json');
  const workload = workloadFile({
    connection_string: 'embedded:',
    agent: { name: 'twice', metrics_export_port: port },
    jobs: [{ name: 'paced', type: 'write', collection: 'c', connections: 2, pace: 100, duration: `${seconds}s` }],
  });
  return { agent: new Agent(['run', workload, '--out', out, '--require_delivery']), result: () => readResult(out) };
}

/** Values of the run in a store, by scrape job. */
async function storedBy(prometheus: PrometheusService): Promise<Readonly<Record<string, number>>> {
  const found = await prometheus.query('last_over_time(requests_total{agent="twice"}[5m])');
  return Object.fromEntries(found.map(({ labels, value }) => [labels['by'] ?? '', value]));
}

describeWithServices('indistinguishable scrapers', [PROMETHEUS], () => {
  it('two scrape jobs of one Prometheus both get the final values', async () => {
    const port = await freePort();
    const prometheus = await startPrometheus({ configuration: configuration(port, { often: 1, seldom: 7 }) });
    const { agent, result } = startRun(port, 10);
    const { status, stderr } = await agent.ended;
    expect(status, stderr).toBe(0);
    const total = result().jobs[0]?.requests ?? NaN;
    const stored = await eventually(async () => {
      const by = await storedBy(prometheus);
      return by['seldom'] === total && by['often'] === total ? by : undefined;
    }).catch(() => storedBy(prometheus));
    await prometheus.stop();
    expect(stored).toEqual({ often: total, seldom: total });
  });

  it('two Prometheus servers at one address both get the final values, and a missing one is reported', async () => {
    const port = await freePort();
    const servers = await Promise.all(
      ['one', 'other'].map((name) => startPrometheus({ configuration: configuration(port, { [name]: 2 }) })),
    );
    const both = startRun(port, 8);
    const ended = await both.agent.ended;
    expect(ended.status, ended.stderr).toBe(0);
    const total = both.result().jobs[0]?.requests ?? NaN;
    for (const [index, name] of ['one', 'other'].entries()) {
      await eventually(async () => ((await storedBy(servers[index]!))[name] === total ? true : undefined));
    }

    const second = startRun(port, 14);
    await second.agent.sees(/paced: started/);
    await new Promise((resolve) => setTimeout(resolve, 6000)); // each has come at least twice
    await servers[1]?.kill();
    const { status } = await second.agent.ended;
    expect(status).toBe(113);
    const [delivery] = second.result().deliveries;
    expect(delivery?.last_error).toMatch(
      /^Prometheus\/\S+ at 127\.0\.0\.1 \(last scrape \S+ before the end\) did not scrape the last values in time$/,
    );
    expect(delivery?.undelivered_samples).toBeGreaterThan(0);
    await Promise.all(servers.map((server) => server.stop()));
  });
});
