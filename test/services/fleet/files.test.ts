import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { CountingServer } from '../../e2e/counting-server.ts';
import { describeWithServices } from '../binary.ts';
import { NATS, type NatsService, startNats } from '../nats.ts';
import { Fleet } from './fleet.ts';

const MIB = 1024 * 1024;

describeWithServices('a workload with large files on a fleet', [NATS], () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadbot-fleet-files-'));
  let bus: NatsService;
  beforeAll(async () => {
    bus = await startNats();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await bus.stop();
  });

  test('sends them from the copies of the agents', async () => {
    const server = await CountingServer.start();
    onTestFinished(() => server.stop());
    const body = randomBytes(5 * MIB).toString('hex');
    const rows = Array.from({ length: 100 }, (_, n) => `${n}-${'x'.repeat(100_000)}`);
    writeFileSync(join(folder, 'body.txt'), body);
    writeFileSync(join(folder, 'rows.csv'), `key\n${rows.join('\n')}\n`);
    const fleet = await Fleet.start(bus.port, { threads: [1, 1], flags: ['--files', folder] });
    const { status, stderr } = await fleet.run({
      connection_string: `http://${server.host}`,
      feeders: [{ name: 'rows', file: join(folder, 'rows.csv') }],
      jobs: [
        {
          name: 'body',
          type: 'write',
          connections: 2,
          operations: 4,
          http: { path: '/b', body_file: join(folder, 'body.txt') },
        },
        { name: 'rows', type: 'write', connections: 2, operations: 100, http: { path: '/r', body: '#rows.key' } },
      ],
    });
    expect(status, stderr).toBe(0);
    const bodiesOf = (path: string): readonly string[] =>
      server.received.flatMap(({ url, body: sent }) => (url === path ? [sent] : []));
    expect(bodiesOf('/b').map((sent) => sent === body)).toEqual([true, true, true, true]);
    expect(new Set(bodiesOf('/r').map((sent) => sent.replaceAll('"', '')))).toEqual(new Set(rows));
  });
});
