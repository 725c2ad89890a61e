import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { describe, expect, onTestFinished, test } from 'vitest';
import { certificate } from '../certificates/certificates.ts';
import { Agent, loadbot, readResult, runWorkload, scratchFile, workloadFile } from './agent.ts';

async function listen(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A server with a given behavior for each connection. */
async function misbehave(behaviour: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    behaviour(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${await listen(server)}`;
}

const job = {
  name: 'j',
  type: 'read',
  http: { path: '/c/1' },
  connections: 5,
  duration: '1500ms',
  timeout: '300ms',
};

const RESPONSE = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

describe('counts each failure in its class', () => {
  const behaviours: readonly [string, (socket: Socket) => void][] = [
    ['timeout', () => {}],
    ['reset', (socket) => socket.once('data', () => socket.resetAndDestroy())],
    ['protocol', (socket) => socket.on('data', () => socket.write('220 smtp.example ready\r\n'))],
    // A byte every 100 ms keeps every idle timer quiet; the deadline is on the whole request.
    [
      'timeout',
      (socket) =>
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n');
          const drip = setInterval(() => socket.write('x'), 100);
          socket.once('close', () => clearInterval(drip));
        }),
    ],
  ];
  test.each(behaviours)('%s', async (errorClass, behaviour) => {
    const url = await misbehave(behaviour);
    // A busy machine takes its time to answer.
    const timeout = errorClass === 'timeout' ? job.timeout : '10s';
    const { status, stdout, result } = await runWorkload({ connection_string: url, jobs: [{ ...job, timeout }] });
    const [found] = result.jobs;
    expect(status).toBe(0);
    expect(found?.errors).toBeGreaterThanOrEqual(15);
    expect(found?.errors_by_class).toMatchObject({ [errorClass]: found?.errors });
    expect(stdout).toContain('every request failed');
    if (errorClass === 'timeout') {
      expect(found?.service_time.percentiles_seconds.p50).toBeGreaterThan(0.299);
      expect(found?.service_time.percentiles_seconds.p50).toBeLessThan(0.4);
    }
  });

  test('counts a refused connection and an unknown name', async () => {
    const server = createServer();
    const port = await listen(server);
    server.close();
    const refused = await runWorkload({ connection_string: `http://127.0.0.1:${port}`, jobs: [job] });
    expect(refused.result.jobs[0]?.errors_by_class.refused).toBe(refused.result.jobs[0]?.errors);
    expect(refused.result.jobs[0]?.errors).toBeGreaterThan(5);
    // Workers back off instead of spinning: 10, 20, 40 ... 500 ms.
    expect(refused.result.jobs[0]?.errors).toBeLessThan(100);
    expect(refused.stdout).toContain('ECONNREFUSED');
    const dns = await runWorkload({ connection_string: 'http://nowhere.invalid', jobs: [{ ...job, timeout: '2s' }] });
    // A resolver may also not answer at all.
    const { dns: unknown = 0, timeout = 0 } = dns.result.jobs[0]?.errors_by_class ?? {};
    expect(unknown + timeout).toBe(dns.result.jobs[0]?.errors);
    expect(unknown + timeout).toBeGreaterThan(0);
  });

  test('counts a server without TLS where TLS is expected', async () => {
    const url = await misbehave((socket) => socket.once('data', () => socket.end(RESPONSE)));
    const { result } = await runWorkload({ connection_string: url.replace('http:', 'https:'), jobs: [job] });
    expect(result.jobs[0]?.errors_by_class.tls).toBe(result.jobs[0]?.errors);
    expect(result.jobs[0]?.errors).toBeGreaterThan(0);
  });

  test('counts an untrusted certificate, unless verification is disabled', async () => {
    const server = createTlsServer(
      { cert: certificate('self-signed'), key: certificate('server-key') },
      (_, response) => response.end('{}'),
    );
    onTestFinished(() => void server.close());
    const url = `https://127.0.0.1:${await listen(server)}`;
    const strict = await runWorkload({ connection_string: url, jobs: [job] });
    expect(strict.result.jobs[0]?.errors_by_class.tls).toBe(strict.result.jobs[0]?.errors);
    expect(strict.result.jobs[0]?.errors).toBeGreaterThan(0);
    const lax = { connection_string: url, http: { tls: { insecure_skip_verify: true } }, jobs: [job] };
    const { result } = await runWorkload(lax);
    expect(result.jobs[0]?.errors).toBe(0);
    expect(result.jobs[0]?.ok).toBeGreaterThan(100);
  });
});

describe('a target that dies while the load runs', () => {
  test('counts as refused while it is down, and is used again within a second', async () => {
    const target = new Agent(['target', '--port', '0']);
    const [url = ''] = await target.sees(/http:\/\/127\.0\.0\.1:\d+/);
    const port = new URL(url).port;
    const out = scratchFile('json');
    const workload = {
      connection_string: url,
      jobs: [{ name: 'j', type: 'write', collection: 'c', connections: 10, pace: 200 }],
    };
    const agent = new Agent(['run', workloadFile(workload), '--out', out]);
    const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    await agent.sees(/j: started/);
    await pass(2000);
    const beforeMs = performance.now();
    target.child.kill('SIGKILL');
    await target.ended;
    await pass(1500);
    const again = new Agent(['target', '--port', port]);
    await again.sees(/http:\/\/127\.0\.0\.1:\d+/);
    const downSeconds = (performance.now() - beforeMs) / 1000;
    await pass(2500);
    agent.child.kill('SIGINT');
    const { status } = await agent.ended;
    again.child.kill();
    const [job] = readResult(out).jobs;
    expect(status).toBe(105);
    const { refused = 0, reset = 0 } = job?.errors_by_class ?? {};
    expect(refused + reset).toBe(job?.errors);
    expect(refused).toBeGreaterThan(200);
    expect(refused).toBeLessThan(200 * (downSeconds + 1));
    expect(job?.ok).toBeGreaterThan(500);
  });
});

describe('open files', () => {
  test('a limit that is too low is refused at the start, with the required number', async () => {
    const workload = {
      connection_string: 'http://127.0.0.1:1',
      jobs: [{ type: 'read', http: { path: '/' }, connections: 200, operations: 1 }],
    };
    const limited = ['sh', '-c', 'ulimit -n 64 && exec "$0" "$@"'];
    const agent = new Agent(['run', workloadFile(workload)], {}, limited);
    const { status, stderr } = await agent.ended;
    expect(status).toBe(104);
    expect(stderr).toMatch(/200 connections need \d+ open files, but this process may open only 64/);
    expect(stderr).toMatch(/ulimit -n \d{3}/);
  });
});

test('never shows a password of a URL', async () => {
  const workload = {
    connection_string: 'http://canary-user:canary-secret@127.0.0.1:1',
    agent: { metrics_export_url: 'http://canary-user:canary-secret@127.0.0.1:1/api/v1/import/prometheus' },
    jobs: [{ ...job, duration: '200ms' }],
  };
  const out = scratchFile('json');
  const { stdout, stderr } = await loadbot(['run', workloadFile(workload), '--out', out, '--log-level', 'debug']);
  expect(stdout + stderr + JSON.stringify(readResult(out))).not.toContain('canary');
});
