import { expect, test } from 'vitest';
import { MongodbPeer } from '../contract/driver/mongodb-peer.ts';
import { runWorkload } from '../e2e/agent.ts';
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
