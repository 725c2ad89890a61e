import { expect, test } from 'vitest';
import { MongodbPeer } from '../contract/driver/mongodb-peer.ts';
import { loadbot, runWorkload, workloadFile } from '../e2e/agent.ts';
import { describeWithServices } from './binary.ts';
import { REDIS, startRedis } from './redis.ts';

const job = { name: 's', type: 'scenario', connections: 4, operations: 50 };

describeWithServices('scenarios in transactions of Redis', [REDIS], () => {
  test('execute all commands of an iteration, or none', async () => {
    const server = await startRedis();
    try {
      const { status, stderr, result } = await runWorkload({
        connection_string: server.url,
        jobs: [
          {
            ...job,
            transaction: {},
            steps: [
              { name: 'one', type: 'update', command: 'INCR one' },
              { name: 'other', type: 'update', command: 'INCR other' },
            ],
          },
        ],
      });
      expect(status, stderr).toBe(0);
      expect(result.jobs.map(({ step, ok, errors }) => [step, ok, errors])).toEqual(
        expect.arrayContaining([
          [null, 50, 0],
          ['commit', 50, 0],
        ]),
      );
      expect(await server.ask('MGET', 'one', 'other')).toEqual(['50', '50']);
      expect([await server.calls('multi'), await server.calls('exec')]).toEqual([50, 50]);
    } finally {
      await server.stop();
    }
  });

  test('capture and check replies before them, and are refused if they do within', async () => {
    const server = await startRedis();
    const increment = { name: 'start', type: 'update', command: 'INCR start' };
    const numbered = { ...increment, capture: { number: '$' }, expect: { json: { $: { at_least: 1 } } } };
    const add = { name: 'add', type: 'update', command: 'INCRBY sum #start.number', expect: { duration: '< 1h' } };
    const scenario = { ...job, transaction: {}, before: [numbered], steps: [add] };
    try {
      const { status, stderr, result } = await runWorkload({ connection_string: server.url, jobs: [scenario] });
      expect(status, stderr).toBe(0);
      expect(result.jobs.find(({ type }) => type === 'scenario')).toMatchObject({ ok: 50, errors: 0 });
      expect(await server.calls('exec')).toBe(50);
      // Each user adds its own number, 1 to 4.
      const sum = Number(await server.ask('GET', 'sum'));
      expect(sum).toBeGreaterThanOrEqual(50);
      expect(sum).toBeLessThanOrEqual(200);

      const within = { ...job, transaction: {}, steps: [numbered] };
      const file = workloadFile({ connection_string: server.url, jobs: [within] });
      const refused = await loadbot(['run', file]);
      expect(refused.status).toBe(104);
      expect(refused.stderr).toMatch(/jobs\[0\]\.steps\[0\]\.capture +needs the reply of a command, but Redis answers/);
      expect(refused.stderr).toMatch(/jobs\[0\]\.steps\[0\]\.expect\.json +needs the reply/);
      expect(await server.ask('GET', 'start')).toBe('4');
    } finally {
      await server.stop();
    }
  });
});

test('scenarios in transactions of MongoDB repeat those that conflict', async () => {
  const peer = await MongodbPeer.start();
  try {
    const { status, stderr, result } = await runWorkload({
      connection_string: `mongodb://127.0.0.1:${peer.port}/test?directConnection=true`,
      jobs: [
        {
          ...job,
          transaction: { isolation: 'snapshot', retries: 1000 },
          steps: [
            {
              name: 'add',
              type: 'update',
              command: { update: 'counters', updates: [{ q: {}, u: { $inc: { n: 1 } } }] },
            },
          ],
        },
      ],
    });
    expect(status, stderr).toBe(0);
    expect(result.jobs.find(({ type }) => type === 'scenario')).toMatchObject({ ok: 50, errors: 0 });
    expect([peer.counter, peer.open]).toEqual([50, 0]);
  } finally {
    await peer.stop();
  }
});
