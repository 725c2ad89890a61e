import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ResultDocument } from '../../src/reports/document/result-document.ts';
import { Agent, loadbot, scratchFile, workloadFile } from './agent.ts';

/** Secrets, one for each way of giving one. None is part of another. */
const SECRETS = {
  urlPassword: 'canary-1-url/password',
  urlQuery: 'canary-2-url-query&=',
  header: 'canary-3-header "quoted"',
  variableHeader: 'canary-4-variable-header',
  variableToken: 'canary-5-variable-token',
  tokenFile: 'canary-6-token-file',
  bearer: 'canary-7-bearer',
  basicPassword: 'canary-8-basic-password',
  proxyPassword: 'canary-9-proxy-password',
  fileUrlPassword: 'canary-10-file-url-password',
  ca: 'canary-11-ca',
  cert: 'canary-12-cert',
  key: 'canary-13-key',
  pushgatewayQuery: 'canary-14-pushgateway-query',
  grafanaToken: 'canary-15-grafana-token',
  literalHeader: 'canary-16-literal-header',
  sourcePassword: 'canary-17-source-password',
  body: 'canary-18-body',
  thresholdPassword: 'canary-20-threshold-password',
  pathQuery: 'canary-21-path-query',
  databasePassword: 'canary-22-database/password',
} as const;

/** All outputs; none may contain a secret in any form. */
function expectNoSecret(outputs: Readonly<Record<string, string>>): void {
  for (const [output, text] of Object.entries(outputs)) {
    expect(text.length, output).toBeGreaterThan(0);
    expect(text, output).not.toMatch(/canary-\d+/i);
    for (const secret of Object.values(SECRETS)) {
      for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
        expect(text, output).not.toContain(form);
      }
    }
    for (const pair of [
      `sam:${SECRETS.sourcePassword}`,
      `tom:${SECRETS.thresholdPassword}`,
      `anna:${SECRETS.urlPassword}`,
      `ben:${SECRETS.basicPassword}`,
      `bob:${SECRETS.proxyPassword}`,
    ]) {
      expect(text, output).not.toContain(Buffer.from(pair).toString('base64'));
    }
  }
}

/** A receiver and proxy that echoes the request within the line that its sender shows. */
async function startEchoServer(): Promise<{
  readonly server: Server;
  readonly origin: string;
  readonly received: string[];
}> {
  const received: string[] = [];
  const statuses = [400, 503, 401, 302, 429];
  const server = createServer((request, response) => {
    const interesting = /authorization|^x-/;
    const headers = Object.entries(request.headers).filter(([name]) => interesting.test(name));
    const pairs = headers.map(([, value]) => Buffer.from(String(value).replace(/^\S+ /, ''), 'base64').toString());
    const line = `${decodeURIComponent(request.url ?? '')} ${request.url} ${JSON.stringify(headers)} ${pairs.join(' ')}`;
    received.push(line);
    request.resume().on('end', () => {
      const status = statuses[received.length % statuses.length] ?? 400;
      response
        .writeHead(status, { 'retry-after': '0', location: `/elsewhere?${line.length}` })
        .end(line.slice(0, 2000));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, origin: `127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

/** Validates and runs a workload with every output that there is, and expects no secret in any. */
async function expectHidden(workload: object): Promise<{ readonly stdout: string }> {
  const file = workloadFile(workload);
  const [out, html, junit, markdown, csv] = ['json', 'html', 'xml', 'md', 'csv'].map(scratchFile) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const reports = `html=${html},junit=${junit},markdown=${markdown},csv=${csv}`;
  const checked = await loadbot(['validate', file]);
  const args = ['run', file, '--out', out, '--report', reports, '--log-level', 'debug', '--metrics_export_port', '0'];
  const run = new Agent([...args, '--port', '0'], {});
  const [, metrics = ''] = await run.sees(/metrics: (http:\S+\/metrics)/);
  const [scraped, { stdout, stderr }] = await Promise.all([textOf(metrics).catch(() => 'ended'), run.ended]);
  const [result, page, xml, text, table] = [out, html, junit, markdown, csv].map((path) => readFileSync(path, 'utf8'));
  expectNoSecret({
    validate: checked.stdout + checked.stderr,
    stdout,
    stderr,
    scraped,
    result: result ?? '',
    page: page ?? '',
    xml: xml ?? '',
    text: text ?? '',
    table: table ?? '',
  });
  return { stdout };
}

/** A server with a part of the Redis protocol that echoes every command with a secret in an error. */
async function startRepeatingRedis(): Promise<{ readonly url: string; readonly received: string[] }> {
  const received: string[] = [];
  const server = createTcpServer((socket) => {
    socket
      .on('error', () => {})
      .on('data', (chunk) => {
        const text = chunk.toString();
        received.push(text);
        const words = text.split('\r\n').filter((_, at) => at % 2 === 0 && at > 0);
        socket.write(text.includes('canary') ? `-ERR unknown command, args: ${words.join(' ')}\r\n` : '+OK\r\n');
      });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

function secretFile(content: string): string {
  const path = scratchFile('secret');
  writeFileSync(path, content);
  return path;
}

describe('secrets of an agent', () => {
  let echoServer: Awaited<ReturnType<typeof startEchoServer>>;
  beforeAll(async () => {
    echoServer = await startEchoServer();
  });
  afterAll(() => echoServer.server.close());

  test.each(['text', 'json'])('are in none of its outputs, with a log in %s', async (format) => {
    const { origin, received } = echoServer;
    const [out, page, junit, markdown] = ['json', 'html', 'xml', 'md'].map(scratchFile) as [
      string,
      string,
      string,
      string,
    ];
    const workload = {
      connection_string: 'embedded:',
      agent: {
        metrics_export_interval_seconds: 0.3,
        require_delivery: true,
        metrics_export_targets: [
          { url: `http://${origin}/bearer`, auth: { bearer: '${BEARER}' }, protocol: 'remote_write' },
          { url: `http://${origin}/basic`, auth: { basic: { username: 'ben', password: SECRETS.basicPassword } } },
          { url: 'http://receiver.invalid/proxied', proxy: `http://bob:${SECRETS.proxyPassword}@${origin}` },
          { url: `http://zoe:${SECRETS.fileUrlPassword}@${origin}/v1/metrics` },
          { url: `http://${origin}/metrics/job/a?token=${SECRETS.pushgatewayQuery}`, grace_seconds: 0.5 },
        ],
      },
      http: { headers: { 'x-literal': SECRETS.literalHeader, 'x-variable': '${BEARER}' } },
      sources: [{ name: 'source', url: `http://sam:${SECRETS.sourcePassword}@${origin}/source` }],
      thresholds: [
        { prometheus: `http://tom:${SECRETS.thresholdPassword}@${origin}/query`, query: 'up', expect: '> 0' },
      ],
      jobs: [
        { name: 'job', type: 'write', collection: 'c', connections: 2, pace: 100, duration: '4s' },
        {
          name: 'login',
          type: 'write',
          http: { path: `/c?api_key=${SECRETS.pathQuery}`, body: { user: '#name', password: SECRETS.body } },
          operations: 1,
        },
      ],
    };
    const target = `http://anna:${encodeURIComponent(SECRETS.urlPassword)}@${origin}/import?token=${encodeURIComponent(SECRETS.urlQuery)}`;
    const agent = new Agent(
      [
        `run --out ${out} --report html=${page},junit=${junit},markdown=${markdown} --log-level debug --log-format ${format} --port 0 --metrics_export_port 0`.split(
          ' ',
        ),
        [
          workloadFile(workload),
          '--metrics_export_url',
          target,
          '--metrics_export_header',
          `X-Flag: ${SECRETS.header}`,
        ],
      ].flat(),
      {
        BEARER: SECRETS.bearer,
        LOADBOT_METRICS_EXPORT_HEADERS: `x-variable=${SECRETS.variableHeader}`,
        LOADBOT_GRAFANA_URL: `http://${origin}/grafana`,
        LOADBOT_GRAFANA_TOKEN: SECRETS.grafanaToken,
      },
    );
    const [, control = ''] = await agent.sees(/(http:\S+\/status)/);
    const [, metrics = ''] = await agent.sees(/metrics: (http:\S+\/metrics)/);
    await agent.sees(/job:? started/);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const [scraped, status] = await Promise.all([textOf(metrics), textOf(control)]);
    const { stdout, stderr, status: exit } = await agent.ended;
    // The query of the threshold failed, which takes precedence over undelivered metrics.
    expect(exit).toBe(99);
    // They did reach the receiver, all that are sent, and it echoed them.
    for (const name of [
      'urlPassword',
      'urlQuery',
      'variableHeader',
      'bearer',
      'basicPassword',
      'proxyPassword',
      'grafanaToken',
      'sourcePassword',
      'thresholdPassword',
    ] as const) {
      expect(received.join('\n')).toContain(SECRETS[name]);
    }
    expect(received.join('\n')).toContain(JSON.stringify(SECRETS.header).slice(1, -1));
    expect(stderr).toContain('***');
    expect(scraped).toContain('loadbot_push_calls_total');
    const [result, html, xml, text] = [out, page, junit, markdown].map((path) => readFileSync(path, 'utf8'));
    expectNoSecret({
      stdout,
      stderr,
      scraped,
      status,
      result: result ?? '',
      html: html ?? '',
      xml: xml ?? '',
      text: text ?? '',
    });
    // The workload is shown anyway.
    const { workload_as_run: asRun } = JSON.parse(result ?? '') as ResultDocument;
    expect(asRun).toMatchObject({
      http: { headers: { 'x-literal': '***', 'x-variable': '${BEARER}' } },
      sources: [{ name: 'source', url: `http://***@${origin}/source` }],
      jobs: [{ name: 'job' }, { http: { path: '/c?api_key=***', body: { user: '#name', password: '***' } } }],
    });
  });

  const small = {
    connection_string: 'embedded:',
    jobs: [{ name: 'job', type: 'write', collection: 'c', operations: 10 }],
  };

  test.each([
    ['a token', 'BEARER_TOKEN', () => SECRETS.variableToken],
    ['a file with a token', 'BEARER_TOKEN_FILE', () => secretFile(`${SECRETS.tokenFile}\n`)],
  ])('in a variable, as %s, are sent to the receiver only', async (_, name, value) => {
    const { origin, received } = echoServer;
    const agent = new Agent(['run', workloadFile(small), '--log-level', 'debug', '--require_delivery'], {
      LOADBOT_METRICS_EXPORT_URL: `http://${origin}/${name}`,
      [`LOADBOT_METRICS_EXPORT_${name}`]: value(),
    });
    const { status, stdout, stderr } = await agent.ended;
    expect(status).toBe(113);
    expect(received.filter((line) => line.includes(name)).join('\n')).toMatch(/Bearer canary-[56]/);
    expectNoSecret({ stdout, stderr });
  });

  test('in TLS files are in no output', async () => {
    const url = `https://${echoServer.origin}/tls`;
    const files = { ca: secretFile(SECRETS.ca), cert: secretFile(SECRETS.cert), key: secretFile(SECRETS.key) };
    const agent = new Agent(
      [
        'run',
        workloadFile({ ...small, agent: { metrics_export_targets: [{ url, tls: files }] } }),
        '--log-level',
        'debug',
      ],
      {
        LOADBOT_METRICS_EXPORT_URL: `${url}/2`,
        LOADBOT_METRICS_EXPORT_CA_FILE: files.ca,
        LOADBOT_METRICS_EXPORT_CERT_FILE: files.cert,
        LOADBOT_METRICS_EXPORT_KEY_FILE: files.key,
      },
    );
    await agent.sees(/cannot deliver metrics to https:\S+\/tls:/);
    await agent.sees(/cannot deliver metrics to https:\S+\/tls\/2:/);
    await agent.sees(/waiting for the last metrics/);
    for (const signal of ['SIGINT', 'SIGINT'] as const) {
      agent.child.kill(signal);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { stdout, stderr } = await agent.ended;
    expectNoSecret({ stdout, stderr });
  });

  test.each(['WRONGPASS invalid', 'ERR unknown command, with args beginning with:'])(
    'are masked in errors of a database (%s)',
    async (words) => {
      const received: string[] = [];
      const server = createTcpServer((socket) => {
        socket
          .on('error', () => {})
          .on('data', (chunk) => {
            received.push(chunk.toString());
            socket.write(`-${words} ${chunk.toString().replaceAll('\r\n', ' ')}\r\n`);
          });
      }).listen(0, '127.0.0.1');
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      const password = encodeURIComponent(SECRETS.databasePassword);
      const connection = `redis://anna:${password}@127.0.0.1:${(server.address() as AddressInfo).port}`;
      const out = scratchFile('json');
      const workload = workloadFile({ ...small, connection_string: connection });
      const agent = new Agent(['run', workload, '--out', out, '--log-level', 'debug']);
      const { stdout, stderr } = await agent.ended;
      expect(received.join('')).toContain(SECRETS.databasePassword);
      expect(stdout + stderr).toContain('***');
      expectNoSecret({ stdout, stderr, result: readFileSync(out, 'utf8') });
    },
  );

  test('in queries, headers, bodies and commands are in no output, even if the target echoes them', async () => {
    const { origin, received } = echoServer;
    const names = [
      'X-Amz-Signature',
      'X-Amz-Credential',
      'sig',
      'signature',
      'token',
      'access_token',
      'key',
      'api_key',
    ];
    const query = [...names, 'apikey', 'password', 'secret', 'code'].map(
      (name, at) => `${name}=canary-${30 + at}-query`,
    );
    const http = {
      path: `/c?user=anna&${query.join('&')}`,
      headers: {
        authorization: 'Bearer canary-50-bearer',
        cookie: 'session=canary-51-cookie',
        'proxy-authorization': 'Basic Y2FuYXJ5LTUy',
        'x-api-key': 'canary-53-key',
      },
      body: { client_secret: 'canary-54-body' },
    };
    const jobs = [{ name: 'signed', type: 'write', http, operations: 5 }];
    await expectHidden({ connection_string: `http://${origin}`, jobs });
    expect(received.join('\n')).toContain('sig=canary-32-query');
    expect(received.join('\n')).toContain('canary-53-key');

    const redis = await startRepeatingRedis();
    const commands = [
      ['AUTH', 'anna', 'canary-60-auth'],
      'AUTH canary-61-auth',
      ['HELLO', '3', 'AUTH', 'anna', 'canary-62-hello'],
      ['CONFIG', 'SET', 'requirepass', 'canary-63-config'],
      ['ACL', 'SETUSER', 'anna', 'on', '>canary-64-acl'],
      ['SET', 'x', "IDENTIFIED BY 'canary-65-sql'"],
      ['SET', 'x', "PASSWORD 'canary-66-sql'"],
    ];
    const sent = commands.map((command, at) => ({ name: `c${at}`, type: 'update', command, operations: 2 }));
    const { stdout } = await expectHidden({ connection_string: redis.url, jobs: sent });
    expect(stdout).toContain('unknown command, args: ');
    for (let number = 60; number <= 66; number++) expect(redis.received.join('')).toContain(`canary-${number}`);
  });

  test('are not in the messages that refuse them', async () => {
    const workload = {
      connection_string: 'embedded:',
      agent: {
        metrics_export_url: `ftp://anna:${SECRETS.urlPassword}@h`,
        metrics_export_targets: [
          {
            url: `h:${SECRETS.urlPassword}`,
            proxy: `socks://${SECRETS.proxyPassword}`,
            headers: { a: `\n${SECRETS.header}` },
          },
          { url: 5, auth: { bearer: SECRETS.bearer, basic: SECRETS.basicPassword }, headers: [SECRETS.header] },
        ],
      },
      jobs: [{ name: 'job', type: 'write', collection: 'c', operations: 10 }],
    };
    const url = `h:${SECRETS.urlPassword}`;
    const flags = ['--metrics_export_url', url, '--metrics_export_header', SECRETS.header];
    const { status, stderr } = await loadbot(['run', workloadFile(workload), ...flags]);
    expect(status).toBe(104);
    expectNoSecret({ stderr });
  });
});

async function textOf(url: string): Promise<string> {
  return (await fetch(url)).text();
}
