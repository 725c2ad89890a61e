import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'jsonc-parser';
import { loadbot, runWorkload, startWorkload, workloadFile } from '../e2e/agent.ts';
import { KafkaAdmin } from '../kafka/admin.ts';
import { describeWithServices } from './binary.ts';
import { KAFKA, type KafkaService, startKafka } from './kafka.ts';
import { startPausingRelay } from './pausing-relay.ts';

let server: KafkaService;
let admin: KafkaAdmin;

function workload(job: object, more: object = {}): object {
  return {
    connection_string: `kafka://127.0.0.1:${server.port}`,
    jobs: [{ name: 'records', type: 'write', operations: 1, ...job }],
    ...more,
  };
}

describeWithServices('Kafka', [KAFKA], () => {
  beforeAll(async () => {
    server = await startKafka();
    admin = await KafkaAdmin.connect(server.port);
  });
  afterAll(async () => {
    admin.close();
    await server.stop();
  });

  test.each([['all'], [1], [0]] as const)('topics have exactly the counted records, with acks %s', async (acks) => {
    const topic = `counted-${acks}`;
    await admin.createTopic(topic, 4);
    const command = {
      produce: topic,
      key: 'k#int(1,100)',
      value: { id: '#sequence' },
      headers: { trace: '#uuid' },
      acks,
    };
    const { status, result } = await runWorkload(workload({ command, operations: 2000, connections: 8 }), [
      '--threads',
      '2',
    ]);
    expect([status, result.jobs[0]?.requests, result.jobs[0]?.errors]).toEqual([0, 2000, 0]);
    await expect.poll(() => admin.total(topic, 4)).toBe(2000);
    expect(Math.min(...(await admin.ends(topic, 4)))).toBeGreaterThan(0);
  });

  test('a batch is one request with records of their own', async () => {
    await admin.createTopic('batches', 2);
    const command = { produce: 'batches', value: 'v#sequence', batch: 20 };
    const { status, result } = await runWorkload(
      workload({ type: 'bulk_write', operations: 50, command, expect: { rows: 20 } }),
    );
    expect([status, result.jobs[0]?.requests, result.jobs[0]?.errors]).toEqual([0, 50, 0]);
    expect(await admin.ends('batches', 2)).toEqual([500, 500]);
    const own = { matches: '^v[0-9]+$' };
    const fetch = { consume: 'batches', partition: 1, from: 'earliest' };
    const read = await runWorkload(
      workload({ type: 'read', command: fetch, expect: { rows: 500, body: { ...own, equal: 'v20' } } }),
    );
    expect(read.status).toBe(0);
  });

  test('each session reads the record that it has written', async () => {
    await admin.createTopic('own', 3);
    const command = { produce: 'own', value: 'n#sequence', headers: { number: '#sequence' }, receive: true };
    const { status, result } = await runWorkload(
      workload({
        command,
        operations: 300,
        connections: 5,
        expect: { body: { matches: '^n[0-9]+$' }, headers: { number: { present: true } } },
      }),
    );
    expect([status, result.jobs[0]?.requests, result.jobs[0]?.errors]).toEqual([0, 300, 0]);
    expect(await admin.total('own', 3)).toBe(300);
  });

  test('a fetch reads the next records of the partition of its session', async () => {
    await admin.createTopic('read');
    await runWorkload(workload({ command: { produce: 'read', value: 'n#sequence' }, operations: 100 }));
    const fetch = { consume: 'read', from: 'earliest', max_bytes: 1, wait: '50ms' };
    const job = { type: 'read', command: fetch, operations: 104 };
    const { result } = await runWorkload(workload(job));
    expect([result.jobs[0]?.requests, result.jobs[0]?.miss, result.jobs[0]?.errors]).toEqual([104, 4, 0]);
    const whole = await runWorkload(
      workload({
        ...job,
        command: { ...fetch, max_bytes: 1_000_000 },
        operations: 1,
        expect: { rows: 100, body: { equal: 'n0' } },
      }),
    );
    expect(whole.status).toBe(0);
  });

  test('errors have a class and the name of the broker', async () => {
    await admin.createTopic('small', 1, { 'max.message.bytes': '1000' });
    const cases = [
      ['unknown_topic_or_partition', { produce: 'missing' }],
      ['unknown_topic_or_partition', { produce: 'small', partition: 7 }],
      ['message_too_large', { produce: 'small', value: '#string(5000)' }],
      ['no_messages', { consume: 'small' }],
    ] as const;
    const jobs = cases.map(([, command], n) => ({
      name: `j${n}`,
      type: 'write',
      command,
      operations: 5,
      timeout: '5s',
    }));
    const { result } = await runWorkload(workload({}, { jobs }));
    expect(result.jobs.map((job) => [job.errors_by_class.driver, job.errors_by_detail])).toEqual(
      cases.map(([detail]) => [5, { [detail]: 5 }]),
    );
    expect(await admin.total('small')).toBe(0);
  });

  test('authenticates by PLAIN and SCRAM, and reports credentials that the broker refuses', async () => {
    await admin.createTopic('secret');
    const url = `kafka://load:load-password@127.0.0.1:${server.saslPort}`;
    for (const mechanism of ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']) {
      const file = workload(
        { command: { produce: 'secret' }, operations: 10 },
        { connection_string: url, driver_options: { sasl: { mechanism } } },
      );
      const { status, result } = await runWorkload(file);
      expect([mechanism, status, result.jobs[0]?.errors]).toEqual([mechanism, 0, 0]);
    }
    expect(await admin.total('secret')).toBe(30);
    const bad = workload(
      { command: { produce: 'secret' } },
      { connection_string: url.replace('load-password', 'wrong-password') },
    );
    const { status, stderr } = await loadbot(['run', workloadFile(bad)]);
    expect([status, stderr]).toEqual([104, expect.stringContaining('authentication at kafka://127.0.0.1')]);
    expect(stderr).not.toContain('wrong-password');
  });

  test('verifies the certificate of a broker with TLS', async () => {
    await admin.createTopic('encrypted');
    const authority = fileURLToPath(new URL('../certificates/ca.pem', import.meta.url));
    const url = `kafkas://127.0.0.1:${server.tlsPort}`;
    const job = { command: { produce: 'encrypted', value: 'v' }, operations: 20, connections: 2 };
    const trusting = { driver_options: { tls: { ca: authority, server_name: 'localhost' } } };
    const file = workload(job, { connection_string: url, ...trusting });
    const { status, result } = await runWorkload(file);
    expect([status, result.jobs[0]?.errors, await admin.total('encrypted')]).toEqual([0, 0, 20]);
    const refused = await loadbot(['run', workloadFile(workload(job, { connection_string: url }))]);
    expect([refused.status, refused.stderr]).toEqual([104, expect.stringContaining('TLS connection to')]);
    expect(await admin.total('encrypted')).toBe(20);
  });

  test('a stall of the broker is in the response times of all requests that were due', async () => {
    await admin.createTopic('stalls');
    const relay = await startPausingRelay(server.port);
    onTestFinished(() => relay.stop());
    const command = { produce: 'stalls', value: 'v' };
    const { ended } = startWorkload(
      workload(
        { command, operations: 400, pace: 100, timeout: '20s' },
        { connection_string: `kafka://127.0.0.1:${relay.port}`, driver_options: { follow_leaders: false } },
      ),
    );
    await expect.poll(() => admin.total('stalls'), { interval: 20 }).toBeGreaterThan(50);
    relay.pause();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    relay.resume();
    const { result } = await ended;
    const { response_time: response, service_time: service, errors } = result.jobs[0] ?? {};
    expect([errors, await admin.total('stalls')]).toEqual([0, 400]);
    expect(service?.max_seconds).toBeGreaterThan(1.3);
    // 150 requests were due in the pause, and waited for up to 1.5 s: more than a quarter of all.
    expect(response?.percentiles_seconds.p75).toBeGreaterThan(0.3);
    expect(service?.sum_seconds).toBeLessThan((response?.sum_seconds ?? 0) / 5);
  });

  test('workloads/kafka.jsonc', async () => {
    await admin.createTopic('orders', 2);
    const path = new URL('../../workloads/kafka.jsonc', import.meta.url);
    const example = parse(readFileSync(path, 'utf8')) as { jobs: { duration?: string }[] };
    const { status, result } = await runWorkload({
      ...example,
      connection_string: `kafka://127.0.0.1:${server.port}`,
      jobs: example.jobs.map((job) => (job.duration === undefined ? job : { ...job, duration: '1s' })),
    });
    expect([status, result.jobs.map(({ errors }) => errors)]).toEqual([0, example.jobs.map(() => 0)]);
    const written = result.jobs.reduce((sum, { requests }) => sum + requests, 0);
    expect(await admin.total('orders', 2)).toBe(written);
    expect((await loadbot(['validate', fileURLToPath(path)])).status).toBe(0);
  });

  // The last one: it ends the broker.
  test('an outage is errors', async () => {
    await admin.createTopic('again');
    const { ended } = startWorkload(
      workload({ command: { produce: 'again', value: 'v' }, operations: undefined, pace: 100, duration: '2s' }),
    );
    await expect.poll(() => admin.total('again'), { interval: 20 }).toBeGreaterThan(20);
    await server.kill();
    const { result } = await ended;
    const [job] = result.jobs;
    const { refused = 0, reset = 0 } = job?.errors_by_class ?? {};
    expect(refused).toBeGreaterThan(0);
    expect(refused + reset).toBe(job?.errors);
  });
});

describe('bad input of Kafka is named before the run, with its position', () => {
  const url = 'kafka://h1:9092,h2:9092';

  test('all problems at once', async () => {
    const commands = [
      [{ produce: 'a', consume: 'b' }, 'must have only one of produce, consume'],
      [{ send: 'a' }, 'must have one of produce, consume'],
      [{ produce: 'a b' }, 'must be the name of a topic'],
      [{ produce: 'a', acks: 2 }, 'must be 0, 1 or "all"'],
      [{ produce: 'a', partition: -1 }, 'must be a whole number of at least 0'],
      [{ produce: 'a', headers: { a: 1 } }, 'must be text'],
      [{ produce: 'a', acks: 0, receive: true }, 'needs acknowledgements'],
      [{ produce: 'a', wait: '1s' }, '`wait` is not a part of `produce`'],
      [{ consume: 'a', wait: 5 }, 'must be a duration'],
      [{ consume: 'a', from: 'first' }, 'must be "latest" or "earliest"'],
      [{ consume: 'a', max_bytes: 0 }, 'must be a whole number from 1'],
      [{ produce: 'a', batch: 0 }, 'must be a whole number from 1'],
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
    ['an unknown setting', { retries: 3 }, 'is not a known setting'],
    ['an unknown mechanism', { sasl: { mechanism: 'GSSAPI' } }, 'must be one of PLAIN'],
    ['a user without a password', { sasl: { user: 'a' } }, 'needs `user` and `password`'],
  ])('%s', async (_, options, message) => {
    const jobs = [{ name: 'a', type: 'write', operations: 1, command: { produce: 'a' } }];
    const file = workloadFile({ connection_string: url, driver_options: options, jobs });
    const { status, stderr } = await loadbot(['validate', file]);
    expect([status, stderr]).toEqual([104, expect.stringContaining(message)]);
    expect(stderr).toContain('1 problem');
  });
});
