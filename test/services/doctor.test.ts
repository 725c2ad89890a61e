import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadbot, workloadFile } from '../e2e/agent.ts';
import { describeWithServices, PROMETHEUS, PUSHGATEWAY, VICTORIA_METRICS } from './binary.ts';
import { NGINX, type NginxService, startNginx } from './nginx.ts';
import { type PrometheusService, startPrometheus } from './prometheus.ts';
import { type PushgatewayService, startPushgateway } from './pushgateway.ts';
import { type Meddling, startReverseProxy } from './reverse-proxy.ts';
import { startVictoriaMetrics, type VictoriaMetricsService } from './victoria-metrics.ts';

/** Findings of the doctor about a target, one per line: `ok push accepted, status 204`. */
async function examine(url: string, more: readonly string[] = []) {
  const { status, stdout, stderr } = await loadbot(['doctor', '--metrics_export_url', url, '--name', 'a1', ...more]);
  const lines = stdout.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, ' '));
  expect(stderr).toBe('');
  const failures = lines.filter((line) => line.startsWith('FAIL'));
  const hints = lines.filter((line) => line.startsWith('hint: ')).map((line) => line.slice('hint: '.length));
  return { status, lines, failures, hints };
}

describeWithServices('the doctor at a VictoriaMetrics', [VICTORIA_METRICS], () => {
  let store: VictoriaMetricsService;
  beforeAll(async () => {
    store = await startVictoriaMetrics();
  });
  afterAll(() => store?.stop());

  /** The same behind a proxy. */
  async function examineBehind(meddling: Meddling) {
    const proxy = await startReverseProxy(store.origin, meddling);
    try {
      return await examine(proxy.origin);
    } finally {
      await proxy.stop();
    }
  }

  it.each(['', '/api/v1/import/prometheus', '/api/v1/write'])('passes %s', async (path) => {
    const { status, lines, failures } = await examine(store.origin + path);
    expect(failures).toEqual([]);
    expect(lines).toContain('ok receiver VictoriaMetrics');
    expect(lines).toContain('ok push accepted, status 204');
    expect(lines).toContain('ok labels stored unchanged');
    expect(lines).toContain('metrics arrive');
    expect(status).toBe(0);
  });

  it('shows the effect of an extra label', async () => {
    const { status, lines, hints } = await examine(`${store.origin}/api/v1/import/prometheus?extra_label=job=other`);
    expect(status).toBe(0);
    expect(lines).toContain('warn labels job="loadbot doctor" is stored as "other"');
    expect(hints).toEqual([expect.stringContaining('extra_label=job=')]);
  });

  it.each(['/api/v1/writ', '/v1/metrics', '/metrics/job/loadbot'])('corrects %s', async (path) => {
    const { status, failures, hints } = await examine(store.origin + path);
    expect(status).toBe(113);
    expect(failures).toEqual([expect.stringContaining('unsupported path requested')]);
    expect(hints).toEqual([expect.stringContaining(`push to ${store.origin}/api/v1/import/prometheus`)]);
  });

  it('finds a receiver that refuses gzip', async () => {
    const { status, failures, hints, lines } = await examineBehind({
      intercept(incoming, outgoing) {
        const isGzip = incoming.headers['content-encoding'] === 'gzip';
        if (isGzip) outgoing.writeHead(415).end('unsupported encoding');
        return isGzip;
      },
    });
    expect(status).toBe(113);
    expect(failures).toEqual([expect.stringMatching(/^FAIL gzip status 415 \(unsupported encoding\)/)]);
    expect(hints).toEqual([expect.stringContaining('"gzip": false')]);
    expect(lines.some((line) => line.startsWith('ok read back'))).toBe(true);
  });

  it('finds a proxy that drops the gzip header although the receiver answers 204', async () => {
    const { status, failures } = await examineBehind({ loses: ['content-encoding'] });
    expect(status).toBe(113);
    expect(failures).toEqual([expect.stringMatching(/^FAIL gzip compressed pushes are accepted but dropped/)]);
  });

  it('finds a clock that is days off', async () => {
    const date = () => new Date(Date.now() - 3 * 86_400_000).toUTCString();
    const { status, failures, hints } = await examineBehind({ headers: () => ({ date: date() }) });
    expect(status).toBe(113);
    expect(failures).toEqual(["FAIL clock the local clock is 3.0 days ahead of the receiver's"]);
    expect(hints).toEqual([expect.stringContaining('set the clock')]);
  });

  it('does not follow redirects', async () => {
    const { status, failures, hints } = await examineBehind({
      intercept(incoming, outgoing) {
        outgoing.writeHead(308, { location: `${store.origin}${incoming.url}` }).end();
        return true;
      },
    });
    expect(status).toBe(113);
    expect(failures).toEqual(['FAIL push status 308']);
    expect(hints).toEqual([expect.stringContaining(`push to ${store.origin}/api/v1/import/prometheus`)]);
  });
});

describeWithServices('the doctor at a Prometheus', [PROMETHEUS], () => {
  let receiver: PrometheusService;
  let scraper: PrometheusService;
  beforeAll(async () => {
    receiver = await startPrometheus({ scrape: [] }, ['--web.enable-remote-write-receiver']);
    scraper = await startPrometheus({ scrape: [] });
  });
  afterAll(async () => {
    await receiver?.stop();
    await scraper?.stop();
  });

  it('passes a receiver with write access, and leaves no visible series', async () => {
    const { status, lines, failures } = await examine(`${receiver.origin}/api/v1/write`);
    expect(failures).toEqual([]);
    expect(status).toBe(0);
    expect(lines).toContain('ok clean-up the probe has stale markers');
    expect(await receiver.query('loadbot_doctor_probe')).toEqual([]);
    expect(await receiver.query('last_over_time(loadbot_doctor_probe[1m])')).toHaveLength(1);
  });

  it('explains how to enable the receiver', async () => {
    const { status, hints } = await examine(`${scraper.origin}/api/v1/write`);
    expect(status).toBe(113);
    expect(hints).toEqual(['start Prometheus with --web.enable-remote-write-receiver']);
  });

  it('reports that the receiver does not accept text', async () => {
    const { status, hints } = await examine(scraper.origin);
    expect(status).toBe(113);
    expect(hints).toEqual([expect.stringMatching(/this is Prometheus: .*\/api\/v1\/write; it does not accept text/)]);
  });

  it('examines all targets of a workload file, and starts no load', async () => {
    const file = workloadFile({
      connection_string: 'http://127.0.0.1:9',
      agent: {
        metrics_export_targets: [{ url: `${receiver.origin}/api/v1/write` }, { url: `${scraper.origin}/api/v1/write` }],
      },
      jobs: [{ type: 'write', collection: 'c', operations: 1 }],
    });
    const { status, stdout } = await loadbot(['doctor', file]);
    expect(status).toBe(113);
    expect(stdout).toContain('metrics do not arrive as they should at 1 of 2 targets');
  });
});

describeWithServices('the doctor at a Pushgateway', [PUSHGATEWAY], () => {
  let gateway: PushgatewayService;
  beforeAll(async () => {
    gateway = await startPushgateway();
  });
  afterAll(() => gateway?.stop());

  it('passes, overwrites no group and cleans up', async () => {
    // The agent's own group, as a run that goes on has it.
    const url = `${gateway.origin}/metrics/job/loadbot`;
    await fetch(`${url}/agent/a1`, { method: 'PUT', body: 'requests_in_flight 7\n' });
    const { status, lines, failures } = await examine(url);
    expect(failures).toEqual([]);
    expect(status).toBe(0);
    expect(lines).toContain('ok labels job belongs to the group here; query workload_job="loadbot doctor"');
    expect(lines).toContain('ok clean-up the probe is deleted');
    const groups = await gateway.groups();
    expect(groups.map((group) => group.labels)).toEqual([{ job: 'loadbot', agent: 'a1' }]);
    expect(groups[0]?.family('requests_in_flight').metrics).toMatchObject([{ value: '7' }]);
  });

  it.each(['', '/metrics', '/api/v1/write'])('corrects "%s"', async (path) => {
    const { status, hints } = await examine(gateway.origin + path);
    expect(status).toBe(113);
    expect(hints).toEqual([`this is a Pushgateway: push to ${gateway.origin}/metrics/job/loadbot`]);
  });
});

describeWithServices('the doctor at an nginx', [NGINX], () => {
  let nginx: NginxService;
  beforeAll(async () => {
    nginx = await startNginx();
  });
  afterAll(() => nginx?.stop());

  it('does not accept the status 200 as proof of storage', async () => {
    const { status, lines, failures, hints } = await examine(nginx.origin);
    expect(status).toBe(113);
    expect(lines).toContain('ok push accepted, status 200');
    expect(failures).toEqual([expect.stringMatching(/^FAIL read back .* answers 200 hello, world/)]);
    expect(hints).toEqual([expect.stringMatching(/does not prove.*nginx/)]);
  });
});

describe('doctor', () => {
  it.each([
    [['--metrics_export_url', 'ftp://x'], /--metrics_export_url +must be an http or https URL/],
    [['--metrics_export_url', 'http://x', '--metrics_export_protocol', 'smoke'], /must be one of/],
    [['--metrics_export_url', 'http://x', '--query_url', 'x'], /--query_url must be a URL/],
    [[], /nothing to examine/],
    [['no-such-file.json'], /no-such-file\.json/],
    [['--nonsense'], /unknown option/],
  ] as const)('%j is refused', async (flags, message) => {
    const { status, stdout, stderr } = await loadbot(['doctor', ...flags]);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(status).toBe(104);
  });
});
