import { expect, test } from 'vitest';
import { runWorkload } from '../e2e/agent.ts';
import { describeWithServices } from './binary.ts';
import { MARIADB, startMariadb } from './mariadb.ts';

describeWithServices('documents of different sizes on a real MariaDB', [MARIADB], () => {
  test('have a column that holds the rare large documents', async () => {
    const server = await startMariadb();
    const data_size = [
      { size: 40, weight: 99 },
      { size: '20KB', weight: 1 },
    ];
    const write = { type: 'write', collection: 'mails', connections: 4, operations: 500, data_size };
    const { status, stderr, result } = await runWorkload({ connection_string: server.url, seed: 3, jobs: [write] });
    const rows = await server.ask('SELECT length(data) AS bytes, count(*) AS n FROM mails GROUP BY 1 ORDER BY 1');
    await server.stop();
    expect(status, stderr).toBe(0);
    expect(result.jobs[0]).toMatchObject({ ok: 500, errors: 0 });
    const [small, large] = rows as readonly { readonly bytes: number | null; readonly n: unknown }[];
    // `{"_id":"24 digits","data":""}` has 44 bytes: the small documents have no padding.
    expect(small?.bytes).toBeNull();
    expect(large?.bytes).toBe(20_000 - 44);
    expect(Number(small?.n) + Number(large?.n)).toBe(500);
  });
});
