import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { NO_LABEL_RULES } from '../../../src/plan/label-rules.ts';
import type { PushTarget } from '../../../src/plan/push-target.ts';
import { examineTarget, type ExaminationOptions } from '../../../src/doctor/examine.ts';
import type { DoctorFinding } from '../../../src/doctor/examination.ts';
import { certificate } from '../../certificates/certificates.ts';
import { pushTarget } from '../exporters/push-target.ts';
import { type RunningServer, startServer, startStore, type StoreFaults } from './store.ts';

const SECRET = 's3cret-t0ken';

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.stop();
});

function keep<Server extends { stop(): Promise<void> }>(server: Server): Server {
  open.push(server);
  return server;
}

/** Examines a target and returns whether it is sound, and the findings by their step. */
async function examine(url: string, target: Partial<PushTarget> = {}, options: Partial<ExaminationOptions> = {}) {
  const findings: DoctorFinding[] = [];
  const isSound = await examineTarget(pushTarget(url, { timeoutMs: 60_000, ...target }), {
    agent: '186.12.9.19',
    labelRules: NO_LABEL_RULES,
    report: (finding) => void findings.push(finding),
    clock: systemClock(),
    random: Math.random,
    readWithinMs: 0,
    ...options,
  });
  const step = (name: string): DoctorFinding | undefined => findings.find((finding) => finding.step === name);
  return { isSound, findings, step, verdicts: findings.map(({ step, verdict }) => `${step} ${verdict}`) };
}

async function examineStore(faults: StoreFaults, target: Partial<PushTarget> = {}) {
  const store = keep(await startStore(faults));
  return { store, ...(await examine(store.origin, target)) };
}

/** Examines a server that answers every push so. */
async function examineAnswer(
  status: number,
  { headers = {}, body = '', metrics = '' }: { headers?: Record<string, string>; body?: string; metrics?: string } = {},
  target: Partial<PushTarget> = {},
) {
  const result = await examineStore(
    {
      metrics,
      intercept(request, response) {
        if (request.method === 'GET') return false;
        response.writeHead(status, headers).end(body);
        return true;
      },
    },
    target,
  );
  expect(result.isSound).toBe(false);
  return result;
}

describe('examineTarget', () => {
  it('warns of a store that takes longer than the interval, and names the setting', async () => {
    const { isSound, step } = await examineStore(
      {
        intercept(request, response) {
          if (request.method === 'GET') return false;
          setTimeout(() => response.writeHead(204).end(), 300);
          return true;
        },
      },
      { intervalMs: 100 },
    );
    expect(step('time')).toMatchObject({
      verdict: 'warn',
      message: expect.stringMatching(/^a push takes \d+\S+, longer than the interval of 100ms$/),
      hint: expect.stringContaining('interval_seconds'),
    });
    expect(isSound).toBe(false); // it was intercepted, so it is not there to be read back
  });

  it('passes a store that keeps its samples', async () => {
    const { isSound, verdicts, step, store } = await examineStore({ metrics: 'vm_app_version{version=""} 1\n' });
    expect(isSound).toBe(true);
    expect(verdicts).toEqual([
      'target ok',
      'route ok',
      'receiver ok',
      'clock ok',
      'push ok',
      'read back ok',
      'labels ok',
      'clean-up ok',
    ]);
    expect(step('receiver')?.message).toBe('VictoriaMetrics');
    expect(step('read back')?.message).toContain(`from ${store.origin}/api/v1/export`);
    expect(store.stored).toHaveLength(1);
    expect(store.stored[0]?.metric).toEqual({
      __name__: 'loadbot_doctor_probe',
      agent: '186.12.9.19',
      job: 'loadbot doctor',
      job_uuid: 'doctor',
    });
  });

  it('finds the query API beside the push path, under any prefix', async () => {
    const store = keep(await startStore());
    const { isSound } = await examine(`${store.origin}/behind/a/proxy/api/v1/import/prometheus`);
    expect(isSound).toBe(true);
    expect(store.asked.map(({ path }) => path)).toEqual([
      '/behind/a/proxy/api/v1/import/prometheus',
      '/behind/a/proxy/metrics',
      '/behind/a/proxy/api/v1/export',
    ]);
  });

  it('pushes like a run: labels, headers, and compression as configured', async () => {
    const store = keep(await startStore());
    const { isSound } = await examine(
      store.origin,
      { headers: { 'x-scope-orgid': 'load' }, gzip: false },
      { labelRules: { added: { team: 'shop' }, dropped: ['job_uuid'], jobLabel: 'workload' } },
    );
    expect(isSound).toBe(true);
    expect(store.asked[0]?.headers).toMatchObject({ 'x-scope-orgid': 'load' });
    expect(store.asked[0]?.headers).not.toHaveProperty('content-encoding');
    // The uuid stays, or in a Pushgateway the probe would replace the agent's own group.
    const labels = { agent: '186.12.9.19', workload: 'loadbot doctor', job_uuid: 'doctor', team: 'shop' };
    expect(store.stored[0]?.metric).toEqual({ __name__: 'loadbot_doctor_probe', ...labels });
  });

  it('reports accepted samples that are missing', async () => {
    const { isSound, step } = await examineStore({
      metrics: 'vm_app_version{version="victoria-metrics-1.79"} 1\n',
      intercept(request, response) {
        if (request.method === 'POST') response.writeHead(204).end();
        return request.method === 'POST';
      },
    });
    expect(isSound).toBe(false);
    expect(step('push')?.verdict).toBe('ok');
    expect(step('read back')).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('not found at'),
    });
    expect(step('read back')?.hint).toContain('responds 204 to dropped samples');
  });

  it('does not accept the success of a server that is not a store', async () => {
    const server = keep(
      await startServer((request, response) => {
        request.resume();
        response.writeHead(200, { server: 'nginx/1.22.1', 'content-type': 'text/html' }).end('<h1>hello</h1>');
      }),
    );
    const { isSound, step } = await examine(server.origin);
    expect(isSound).toBe(false);
    expect(step('receiver')?.message).toBe('nginx/1.22.1');
    expect(step('read back')).toMatchObject({ verdict: 'fail', message: expect.stringContaining('<h1>hello</h1>') });
    expect(step('read back')?.hint).toMatch(/does not prove.*nginx.*--query_url/);
  });

  it('reads back from another URL without credentials for another host', async () => {
    const store = keep(await startStore());
    const query = async (url: string) => {
      store.asked.splice(0);
      const headers = { authorization: `Bearer ${SECRET}` };
      await examine(store.origin, { headers }, { query: { url, headers: {}, proxy: undefined } });
      return store.asked.find(({ path }) => path.endsWith('/export'))?.headers.authorization;
    };
    expect(await query(`${store.origin}/select/0/`)).toBe(`Bearer ${SECRET}`);
    expect(await query(store.origin.replace('127.0.0.1', 'localhost'))).toBeUndefined();
  });
});

describe('compressed bodies', () => {
  it('that are refused', async () => {
    const { isSound, verdicts, step } = await examineStore({
      intercept(request, response) {
        if (request.headers['content-encoding'] !== 'gzip') return false;
        response.writeHead(415).end('no gzip here');
        return true;
      },
    });
    expect(isSound).toBe(false);
    expect(verdicts).toContain('read back ok');
    expect(step('gzip')).toMatchObject({ verdict: 'fail', message: expect.stringContaining('415 (no gzip here)') });
    expect(step('gzip')?.hint).toContain('"gzip": false');
  });

  it('that are accepted and dropped', async () => {
    const { isSound, step } = await examineStore({ dropsGzip: true });
    expect(isSound).toBe(false);
    expect(step('gzip')).toMatchObject({ verdict: 'fail', message: expect.stringContaining('accepted but dropped') });
    expect(step('read back')?.verdict).toBe('ok');
  });
});

describe('clocks', () => {
  const DAY_MS = 86_400_000;
  it.each([
    [3 * DAY_MS, 'fail', 'the local clock is 3.0 days behind'],
    [-3 * DAY_MS, 'fail', 'the local clock is 3.0 days ahead of'],
    [-DAY_MS, 'warn', 'the local clock is 1.0 days ahead of'],
    [90_000, 'warn', 'behind'],
    [4_000, 'ok', 'agrees'],
  ] as const)('that are %i ms apart: %s', async (apartMs, verdict, message) => {
    const { isSound, step } = await examineStore({
      headers: { date: new Date(Date.now() + apartMs).toUTCString() },
    });
    expect(step('clock')).toMatchObject({ verdict, message: expect.stringContaining(message) });
    expect(isSound).toBe(verdict !== 'fail');
  });
});

describe('labels', () => {
  it('that the receiver replaces', async () => {
    const { isSound, step } = await examineStore({ relabel: (labels) => ({ ...labels, job: 'forged' }) });
    expect(isSound).toBe(true);
    expect(step('labels')).toMatchObject({ verdict: 'warn', message: 'job="loadbot doctor" is stored as "forged"' });
    expect(step('labels')?.hint).toContain('--job_label');
  });

  it('that the URL replaces', async () => {
    const store = keep(await startStore({ relabel: (labels) => ({ ...labels, job: 'forged' }) }));
    const { step } = await examine(`${store.origin}/api/v1/import/prometheus?extra_label=job=forged`);
    expect(step('labels')?.hint).toContain('extra_label=job=');
  });

  it('that a scraper has renamed', async () => {
    const { step } = await examineStore({
      relabel: ({ job, ...labels }) => ({ ...labels, job: 'gateway', exported_job: job ?? '' }),
    });
    expect(step('labels')?.message).toContain('exported_job');
    expect(step('labels')?.hint).toContain('honor_labels: true');
  });

  it('of the target', async () => {
    const store = keep(await startStore({ relabel: (labels) => ({ ...labels, cluster: 'eu-1' }) }));
    const { step } = await examine(store.origin, { extraLabels: { cluster: 'eu-1' } });
    expect(step('labels')?.verdict).toBe('ok');
  });
});

describe('refusals', () => {
  it.each([
    [301, { headers: { location: 'http://other/api/v1/write?token=x' } }, /push to http:\/\/other\/api\/v1\/write$/],
    [302, { headers: { location: '/login?next=/' } }, /a login page, http:\/\/127.0.0.1:\d+\/login/],
    [401, {}, /^set credentials/],
    [403, {}, /^set credentials/],
    [404, { metrics: 'pushgateway_build_info 1\nloadbot_build_info 1\n' }, /a Pushgateway: .*\/metrics\/job\/loadbot/],
    [404, { metrics: 'prometheus_build_info 1\n' }, /web\.enable-remote-write-receiver.*\/api\/v1\/write/],
    [404, { metrics: 'grafana_build_info 1\n' }, /Grafana stores no metrics/],
    [404, { metrics: 'loadbot_build_info 1\n' }, /a loadbot-agent: it stores no metrics/],
    [404, { metrics: 'vm_app_version{version="vmselect-x"} 1\n' }, /vminsert/],
    [404, { metrics: 'vm_app_version{version="vminsert-x"} 1\n' }, /insert\/0\/prometheus/],
    [404, {}, /VictoriaMetrics has .*Prometheus .*Pushgateway/],
    [405, { metrics: 'cortex_build_info 1\n' }, /api\/v1\/push/],
    [400, { body: 'unsupported path requested: "/x"', metrics: 'vm_app_version 1\n' }, /api\/v1\/import\/prometheus/],
    [400, { body: 'Client sent an HTTP request to an HTTPS server.' }, /use https/],
    [400, { body: 'out of bounds' }, /rejects the data/],
    [413, {}, /client_max_body_size/],
    [429, {}, /less often/],
    [500, {}, /check its log/],
    [503, {}, /check that it is running/],
  ] as const)('with %i %o', async (status, answer, hint) => {
    const { step } = await examineAnswer(status, answer);
    expect(step('push')).toMatchObject({ verdict: 'fail', message: expect.stringContaining(`status ${status}`) });
    expect(step('push')?.hint).toMatch(hint);
  });

  it('with 401 although there were credentials', async () => {
    const { step } = await examineAnswer(401, {}, { headers: { authorization: `Bearer ${SECRET}` } });
    expect(step('push')?.hint).toBe('the credentials are wrong');
  });

  it('by a Prometheus that takes no remote write', async () => {
    const body = 'remote write receiver needs to be enabled with --web.enable-remote-write-receiver\n';
    const { step } = await examineAnswer(404, { body }, { protocol: 'remote_write' });
    expect(step('push')?.hint).toBe('start Prometheus with --web.enable-remote-write-receiver');
  });
});

it('reports samples that an OTLP receiver rejected in an accepted request', async () => {
  // ExportMetricsServiceResponse: partial_success { rejected_data_points: 1, error_message: "..." }
  const reason = `too many labels for ${SECRET}`;
  const partial = Buffer.from([0x08, 1, 0x12, reason.length, ...Buffer.from(reason)]);
  const body = Buffer.from([0x0a, partial.length, ...partial]);
  const server = keep(
    await startServer((request, response) => void request.resume().on('end', () => response.end(body))),
  );
  const { isSound, step } = await examine(`${server.origin}/v1/metrics`, { headers: { 'x-key': SECRET } });
  expect(isSound).toBe(false);
  expect(step('push')).toMatchObject({
    verdict: 'fail',
    message: expect.stringMatching(/too many labels for \*\*\*$/),
  });
});

describe('no response', () => {
  async function startTcp(onSocket: (socket: Socket) => void): Promise<RunningServer> {
    const server = createTcpServer(onSocket).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return keep({
      origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      stop: async () => void server.close(),
    });
  }

  async function startTls(name: Parameters<typeof certificate>[0]): Promise<RunningServer> {
    const server = createTlsServer({ cert: certificate(name), key: certificate('server-key') });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return keep({
      origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      stop: async () => void server.close(),
    });
  }

  async function connectionOf(url: string, target: Partial<PushTarget> = {}): Promise<DoctorFinding | undefined> {
    const { isSound, step } = await examine(url, target);
    expect(isSound).toBe(false);
    expect(step('connection')?.verdict).toBe('fail');
    return step('connection');
  }

  it('because the port is closed', async () => {
    const { origin, stop } = await startStore();
    await stop();
    expect(await connectionOf(origin)).toMatchObject({
      message: expect.stringContaining('ECONNREFUSED'),
      hint: expect.stringContaining('check that it is running'),
    });
  });

  it('because the name does not resolve', async () => {
    expect((await connectionOf('http://nobody.invalid'))?.hint).toContain(
      'check that this machine can resolve the name',
    );
  });

  it('because it hangs', async () => {
    const { origin } = await startTcp((socket) => socket.unref());
    expect(await connectionOf(origin, { timeoutMs: 100 })).toMatchObject({
      message: 'timed out after 0.1 s waiting for a response',
    });
  });

  it('because the server closes the connection', async () => {
    const { origin } = await startTcp((socket) => socket.resetAndDestroy());
    expect((await connectionOf(origin))?.hint).toContain('closed the connection');
  });

  it('because the server uses another protocol', async () => {
    const { origin } = await startTcp((socket) => socket.end('SSH-2.0-OpenSSH_9.2p1\r\n'));
    expect((await connectionOf(origin))?.hint).toContain('does not support HTTP');
  });

  it('because the server does not support TLS', async () => {
    const { origin } = keep(await startStore());
    expect((await connectionOf(origin.replace('http', 'https')))?.hint).toContain('use http://');
  });

  it.each([
    ['self-signed', {}, 'tls.ca'],
    ['expired', { ca: certificate('ca') }, 'renew'],
    ['other-host', { ca: certificate('ca') }, 'tls.server_name'],
  ] as const)('because its certificate is %s', async (name, tls, hint) => {
    const { origin } = await startTls(name);
    expect((await connectionOf(origin, { tls: { ...pushTarget(origin).tls, ...tls } }))?.hint).toContain(hint);
  });

  it('because the proxy does not respond', async () => {
    const { origin, stop } = await startStore();
    await stop();
    const { step } = await examine('http://store.invalid', { proxy: `http://anna:${SECRET}@${new URL(origin).host}` });
    expect(step('route')?.message).toMatch(/through the proxy http:\/\/127\.0\.0\.1:\d+; set NO_PROXY=store\.invalid/);
    expect(step('connection')?.hint).toContain(`nothing listens on the proxy ${new URL(origin).host}`);
  });
});

describe('secrets', () => {
  it.each([204, 400, 401, 302])(
    'are in no finding, although the receiver repeats them with status %i',
    async (status) => {
      const store = keep(
        await startStore({
          intercept(request, response) {
            const echo = `${request.url} ${JSON.stringify(request.headers)}`;
            response.writeHead(status, { location: `/x?${SECRET}` }).end(status === 204 ? undefined : echo);
            return true;
          },
        }),
      );
      const { findings } = await examine(`${store.origin}/api/v1/import/prometheus?token=${SECRET}`, {
        headers: { authorization: `Bearer ${SECRET}`, 'x-key': SECRET },
      });
      expect(findings.length).toBeGreaterThan(2);
      expect(JSON.stringify(findings)).not.toContain(SECRET);
    },
  );
});
