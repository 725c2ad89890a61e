import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nkeys } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'jsonc-parser';
import { loadbot, runWorkload, scratchFile, startWorkload, workloadFile } from '../e2e/agent.ts';
import { NatsClient } from '../nats/responder.ts';
import { describeWithServices } from './binary.ts';
import { NATS_NEWEST, type NatsService, startNats } from './nats.ts';
import { createOperator } from './nats-jwt.ts';

const certificate = (name: string): string => fileURLToPath(new URL(`../certificates/${name}.pem`, import.meta.url));

/** A user that may publish everything but `secret.>`. */
const CONFIG = `
  max_payload: 65536
  authorization { users = [
    { user: admin, password: admin-password }
    { user: limited, password: limited-password, permissions: { publish: { deny: "secret.>" }, subscribe: { deny: "private.>" } } }
  ] }
`;
const ADMIN = { user: 'admin', pass: 'admin-password' };

let server: NatsService;

function workload(job: object, { user = 'admin', ...more }: { user?: string; jobs?: object[] } = {}): object {
  return {
    connection_string: `nats://${user}:${user}-password@127.0.0.1:${server.port}`,
    jobs: [{ name: 'messages', type: 'write', operations: 1, ...job }],
    ...more,
  };
}

async function client(port = server.port): Promise<NatsClient> {
  const one = await NatsClient.connect(port, ADMIN);
  onTestFinished(() => one.connection.close());
  return one;
}

describeWithServices('NATS', [NATS_NEWEST], () => {
  beforeAll(async () => {
    server = await startNats({ binary: NATS_NEWEST, config: CONFIG, jetstream: true });
  });
  afterAll(() => server.stop());

  test('the responder receives exactly the counted requests, with headers', async () => {
    const responder = await client();
    await responder.echo('orders.*');
    const { status, result } = await runWorkload(
      workload({
        type: 'read',
        command: {
          request: 'orders.#int(1,3)',
          data: { id: '#sequence', name: 'a' },
          headers: { 'X-Tenant': 'acme-#sequence' },
        },
        operations: 2000,
        connections: 8,
        expect: { json: { '$.name': 'a', '$.id': { present: true } } },
      }),
      ['--threads', '2'],
    );
    expect(status).toBe(0);
    expect([result.jobs[0]?.requests, result.jobs[0]?.errors, responder.received.length]).toEqual([2000, 0, 2000]);
    expect(new Set(responder.received.map(({ headers }) => headers?.get('X-Tenant'))).size).toBe(2000);
    expect(new Set(responder.received.map(({ subject }) => subject))).toEqual(
      new Set(['orders.1', 'orders.2', 'orders.3']),
    );
  });

  test('a payload is text, JSON or base64, and the reply is checked and captured', async () => {
    const responder = await client();
    await responder.echo('payload');
    const step = (name: string, data: object, expectation: object): object => ({
      name,
      type: 'read',
      command: { request: 'payload', ...data },
      expect: { body: expectation },
    });
    const { status } = await runWorkload({
      connection_string: `nats://admin:admin-password@127.0.0.1:${server.port}`,
      jobs: [
        {
          name: 'flow',
          type: 'scenario',
          operations: 3,
          steps: [
            {
              ...step('text', { data: 'plain ##text' }, { equal: 'plain ##text' }),
              capture: { t: { regex: '(plain)' } },
            },
            step('json', { data: { a: [1, 'two'] } }, { equal: '{"a":[1,"two"]}' }),
            step('base64', { base64: 'AP8B' }, { min_bytes: 3, max_bytes: 3 }),
            step('captured', { data: '#text.t!' }, { equal: 'plain!' }),
            step('empty', {}, { max_bytes: 0 }),
          ],
        },
      ],
    });
    expect(status).toBe(0);
    expect(Buffer.from(responder.received[2]?.data ?? [])).toEqual(Buffer.from([0, 255, 1]));
  });

  test.each([
    ['with a flush', {}],
    ['without a flush', { flush: false }],
  ])('subscribers receive each published message once, %s', async (_, options) => {
    const subscriber = await client();
    await subscriber.count('news.>');
    const { result } = await runWorkload(
      workload({
        command: { publish: 'news.#int(1,9)', data: '#string(100)', ...options },
        operations: 3000,
        connections: 4,
      }),
    );
    expect([result.jobs[0]?.requests, result.jobs[0]?.errors]).toEqual([3000, 0]);
    await expect.poll(() => subscriber.received.length).toBe(3000);
  });

  test.each([
    ['one subject for all', 'events'],
    ['a subject for each message', 'events.#int(1,1000)'],
  ])('each session receives its own messages, with %s', async (_, subject) => {
    const subscriber = await client();
    await subscriber.count(subject.includes('#') ? 'events.*' : 'events');
    const { status, result } = await runWorkload(
      workload({
        command: { publish: subject, data: 'n#sequence', receive: true },
        operations: 1000,
        connections: 5,
        expect: { headers: { 'loadbot-id': { present: true } }, body: { matches: '^n[0-9]+$' } },
      }),
    );
    expect([status, result.jobs[0]?.requests, result.jobs[0]?.errors]).toEqual([0, 1000, 0]);
    expect(subscriber.received).toHaveLength(1000);
  });

  test('a stream has as many messages as were acknowledged, without duplicates', async () => {
    const manager = await (await client()).manager();
    await manager.streams.add({ name: 'ORDERS', subjects: ['js.orders.>'] });
    const command = { jetstream_publish: 'js.orders.new', data: { id: '#sequence' } };
    const first = await runWorkload(workload({ command, operations: 500, connections: 4 }));
    expect([first.result.jobs[0]?.requests, first.result.jobs[0]?.errors]).toEqual([500, 0]);
    expect((await manager.streams.info('ORDERS')).state.messages).toBe(500);

    const isNew = { 'is new': { json: { '$.duplicate': { absent: true } } } };
    const again = { ...command, msg_id: 'id-#int(1,10)' };
    const second = await runWorkload(
      workload({ command: again, operations: 200, expect: { name: 'is new', ...isNew['is new'] } }),
    );
    const { errors = 0, errors_by_class: classes } = second.result.jobs[0] ?? {};
    expect(classes?.check).toBe(errors);
    expect((await manager.streams.info('ORDERS')).state.messages).toBe(500 + 200 - errors);
    expect(errors).toBe(190);
  });

  test('takes each message of a stream once, and acknowledges it', async () => {
    const filler = await client();
    const manager = await filler.manager();
    await manager.streams.add({ name: 'WORK', subjects: ['js.work'] });
    await manager.consumers.add('WORK', { durable_name: 'load', ack_policy: 'explicit' });
    await filler.fill('js.work', 300);
    const next = { jetstream_next: 'WORK', consumer: 'load' };
    const body = { matches: '^message [0-9]+$' };
    const all = await runWorkload(
      workload({ type: 'read', command: next, operations: 300, connections: 4, expect: { body } }),
    );
    expect([all.status, all.result.jobs[0]?.errors, all.result.jobs[0]?.miss]).toEqual([0, 0, 0]);
    const info = await manager.consumers.info('WORK', 'load');
    expect([info.ack_floor.stream_seq, info.num_ack_pending, info.num_pending]).toEqual([300, 0, 0]);

    const empty = await runWorkload(workload({ type: 'read', command: { ...next, wait: '50ms' }, operations: 4 }));
    expect([empty.result.jobs[0]?.miss, empty.result.jobs[0]?.errors]).toEqual([4, 0]);
    expect(empty.result.jobs[0]?.service_time.percentiles_seconds.p50).toBeGreaterThanOrEqual(0.045);
    const write = await runWorkload(workload({ command: next, operations: 4 }));
    expect(write.result.jobs[0]?.errors_by_detail).toEqual({ no_messages: 4 });

    await filler.fill('js.work', 5);
    await runWorkload(workload({ type: 'read', command: { ...next, ack: false }, operations: 5 }));
    expect((await manager.consumers.info('WORK', 'load')).num_ack_pending).toBe(5);
  });

  test('errors have a class and a detail', async () => {
    const helper = await client();
    await helper.echo('silent', () => NaN);
    await helper.echo('secret.a');
    const manager = await helper.manager();
    await manager.streams.add({ name: 'FULL', subjects: ['js.full'], max_msgs: 1, discard: 'new' });
    await helper.fill('js.full', 1);
    const cases = [
      ['status_5xx', 'no_responders', { request: 'nobody' }, 'admin'],
      ['status_5xx', 'no_responders', { jetstream_publish: 'no.stream' }, 'admin'],
      ['timeout', undefined, { request: 'silent' }, 'admin'],
      ['driver', 'permission_denied', { request: 'secret.a' }, 'limited'],
      ['driver', 'permission_denied', { publish: 'secret.a' }, 'limited'],
      ['driver', 'permission_denied', { publish: 'private.a', receive: true }, 'limited'],
      ['driver', 'message_too_large', { publish: 'news', data: '#string(70000)' }, 'admin'],
      ['status_5xx', 'stream_full', { jetstream_publish: 'js.full' }, 'admin'],
      ['status_4xx', 'wrong_last_sequence', { jetstream_publish: 'js.full', headers: { 'Nats-Expected-Last-Sequence': '99' } }, 'admin'], // prettier-ignore
    ] as const;
    for (const user of ['admin', 'limited']) {
      const own = cases.filter(([, , , needed]) => needed === user);
      const jobs = own.map(([, , command], n) => ({
        name: `j${n}`,
        type: 'write',
        command,
        operations: 5,
        timeout: '500ms',
      }));
      const { result } = await runWorkload(workload({}, { user, jobs }));
      const found = result.jobs.map((job) => [job.errors_by_class, job.errors_by_detail]);
      const expected = own.map(([errorClass, detail]) => [
        expect.objectContaining({ [errorClass]: 5 }),
        detail === undefined ? {} : { [detail]: 5 },
      ]);
      expect(found).toEqual(expected);
    }
    expect(helper.received.filter(({ subject }) => subject === 'secret.a')).toHaveLength(0);
  });

  test('credentials that the server refuses end the run before its first request', async () => {
    const { status, stderr } = await loadbot([
      'run',
      workloadFile(workload({ command: { publish: 'a' } }, { user: 'unknown' })),
    ]);
    expect([status, stderr]).toEqual([104, expect.stringContaining('authentication at nats://127.0.0.1')]);
    expect(stderr).not.toContain('unknown-password');
  });

  test('a stall of the responder is in the response times of all requests that were due', async () => {
    const responder = await client();
    await responder.echo('stalls', (n) => (n === 100 ? 1500 : 0));
    const { result } = await runWorkload(
      workload({ type: 'read', command: { request: 'stalls' }, operations: 400, pace: 100, timeout: '10s' }),
    );
    const { response_time: response, service_time: service } = result.jobs[0] ?? {};
    expect(service?.max_seconds).toBeGreaterThanOrEqual(1.5);
    // 150 requests were due in the pause, and waited for up to 1.5 s: more than a quarter of all.
    expect(response?.percentiles_seconds.p75).toBeGreaterThan(0.4);
    expect(service?.sum_seconds).toBeLessThan((response?.sum_seconds ?? 0) / 5);
  });

  test('an outage is errors, and sessions connect again after it', async () => {
    const before = await startNats({ binary: NATS_NEWEST });
    const { port } = before;
    const first = await NatsClient.connect(port);
    await first.echo('again');
    const { agent, ended } = startWorkload({
      connection_string: `nats://127.0.0.1:${port}`,
      jobs: [{ name: 'again', type: 'read', command: { request: 'again' }, pace: 100, duration: '4s', connections: 4 }],
    });
    await expect.poll(() => first.received.length).toBeGreaterThan(50);
    await before.kill();
    void first.connection.close();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const after = await startNats({ binary: NATS_NEWEST, port });
    onTestFinished(async () => (await before.stop(), after.stop()));
    const second = await NatsClient.connect(port);
    await second.echo('again');
    const { result } = await ended;
    await second.connection.close();
    agent.child.kill();
    const [job] = result.jobs;
    const { refused = 0, reset = 0, status_5xx: unanswered = 0 } = job?.errors_by_class ?? {};
    expect(refused + reset + unanswered).toBe(job?.errors);
    expect(refused).toBeGreaterThan(0);
    const answered = (job?.requests ?? 0) - (job?.errors ?? 0);
    const received = first.received.length + second.received.length;
    expect(answered).toBeLessThanOrEqual(received);
    expect(received - answered).toBeLessThanOrEqual(4); // those that were in flight
    expect(second.received.length).toBeGreaterThan(50);
  });

  test('verifies the certificate of a server with TLS', async () => {
    const tls = `tls { cert_file: "${certificate('server')}", key_file: "${certificate('server-key')}" }`;
    const secure = await startNats({ binary: NATS_NEWEST, config: tls });
    onTestFinished(() => secure.stop());
    const jobs = [{ name: 'news', type: 'write', command: { publish: 'news' }, operations: 100 }];
    const options = { tls: { ca: certificate('ca'), server_name: 'localhost' } };
    const url = `tls://127.0.0.1:${secure.port}`;
    const good = await runWorkload({ connection_string: url, driver_options: options, jobs });
    expect([good.status, good.result.jobs[0]?.requests, good.result.jobs[0]?.errors]).toEqual([0, 100, 0]);
    for (const [connection, message] of [
      [url, 'TLS connection to'],
      [url.replace('tls', 'nats'), 'the server demands TLS: write tls:// instead of nats://'],
      [`tls://admin:admin-password@127.0.0.1:${server.port}`, 'the server does not offer TLS'],
    ] as const) {
      const { status, stderr } = await loadbot(['run', workloadFile({ connection_string: connection, jobs })]);
      expect([status, stderr]).toEqual([104, expect.stringContaining(message)]);
    }
  });

  test('authenticates by nkey, credentials file, and token', async () => {
    const user = nkeys.createUser();
    const operator = createOperator();
    const file = (content: string): string => {
      const path = scratchFile('txt');
      writeFileSync(path, content);
      return path;
    };
    const seed = Buffer.from(user.getSeed()).toString();
    const cases = [
      [`authorization { users = [ { nkey: ${user.getPublicKey()} } ] }`, { nkey_file: file(seed) }],
      [operator.config, { creds_file: file(operator.creds) }],
      ['authorization { token: "a-long-token" }', { token: 'a-long-token' }],
    ] as const;
    for (const [config, options] of cases) {
      const guarded = await startNats({ binary: NATS_NEWEST, config });
      const url = `nats://127.0.0.1:${guarded.port}`;
      const jobs = [{ name: 'news', type: 'write', command: { publish: 'news' }, operations: 20 }];
      const good = await runWorkload({ connection_string: url, driver_options: options, jobs });
      const bad = await loadbot(['run', workloadFile({ connection_string: url, jobs })]);
      await guarded.stop();
      expect([good.status, good.result.jobs[0]?.errors, bad.status]).toEqual([0, 0, 104]);
      expect(bad.stderr).toContain('authentication at');
    }
  });

  test('workloads/nats.jsonc', async () => {
    const responder = await client();
    await responder.echo('orders.get');
    const manager = await responder.manager();
    await manager.streams.add({ name: 'EXAMPLE', subjects: ['orders.new'] });
    const path = new URL('../../workloads/nats.jsonc', import.meta.url);
    const example = parse(readFileSync(path, 'utf8')) as { jobs: { duration?: string }[] };
    const { status, result } = await runWorkload({
      ...example,
      connection_string: `nats://admin:admin-password@127.0.0.1:${server.port}`,
      jobs: example.jobs.map((job) => (job.duration === undefined ? job : { ...job, duration: '1s' })),
    });
    expect([status, result.jobs.map(({ errors }) => errors)]).toEqual([0, example.jobs.map(() => 0)]);
    expect((await manager.streams.info('EXAMPLE')).state.messages).toBe(result.jobs[1]?.requests);
    expect((await loadbot(['validate', fileURLToPath(path)])).status).toBe(0);
  });
});

describe('bad input of NATS is named before the run, with its position', () => {
  const url = 'nats://127.0.0.1:4222';
  test('all problems at once', async () => {
    const commands = [
      [{ publish: 'a', request: 'b' }, 'must have only one of request, publish'],
      [{ send: 'a' }, 'must have one of request, publish'],
      [{ publish: 'a b' }, 'is not a subject'],
      [{ publish: 'a.*' }, 'is not a subject'],
      [{ request: 'a', flush: true }, '`flush` is not a part of `request`'],
      [{ request: 'a', base64: 'x' }, 'is not base64'],
      [{ request: 'a', base64: 'AAAA', data: 1 }, 'is given beside `data`'],
      [{ request: 'a', headers: { 'a b': 'c' } }, 'is not a name of a header'],
      [{ request: 'a', headers: { a: 1 } }, 'must be text'],
      [{ jetstream_next: 'S' }, 'must be the name of a consumer'],
      [{ jetstream_next: 'S', consumer: 'c', wait: 5 }, 'must be a duration'],
      [{ publish: 'a', receive: 'b.*' }, 'is not a subject'],
      [{ publish: 'a', receive: true, flush: false }, 'has no effect beside `receive`'],
    ] as const;
    const jobs = commands.map(([command], n) => ({ name: `j${n}`, type: 'write', operations: 1, command }));
    const { status, stderr } = await loadbot(['validate', workloadFile({ connection_string: url, jobs })]);
    expect(status).toBe(104);
    for (const [n, [, message]] of commands.entries()) {
      expect(stderr.split('\n').find((line) => line.includes(`jobs[${n}]`))).toContain(message);
    }
    expect(stderr).toContain(`${commands.length} problems`);
  });

  test.each([
    ['a job without a command', { collection: 'a' }, {}, 'NATS has no request of its own for write'],
    ['an unknown setting', { command: { publish: 'a' } }, { reconnect: true }, 'is not a known setting'],
    ['two kinds of credentials', { command: { publish: 'a' } }, { token: 'a', nkey_file: 'b' }, 'two kinds'],
    ['a file that is not a seed', { command: { publish: 'a' } }, { nkey_file: certificate('ca') }, 'must name a file with the seed'], // prettier-ignore
    ['TLS without tls://', { command: { publish: 'a' } }, { tls: { ca: 'a' } }, 'applies to tls:// only'],
  ])('%s', async (_, job, options, message) => {
    const file = { connection_string: url, driver_options: options };
    const jobs = [{ name: 'a', type: 'write', operations: 1, ...job }];
    const { status, stderr } = await loadbot(['validate', workloadFile({ ...file, jobs })]);
    expect([status, stderr]).toEqual([104, expect.stringContaining(message)]);
    expect(stderr).toContain('1 problem');
  });
});
