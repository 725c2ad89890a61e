import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { startTarget as StartTarget } from '../../../../src/drivers/embedded/start.ts';

// The thread's entry is a built file, so what starts it has to be the built one too; `npm test` builds first.
const built = new URL('../../../../dist/drivers/embedded/start.js', import.meta.url).href;
const { startTarget } = (await import(built)) as { startTarget: typeof StartTarget };

describe('startTarget', () => {
  it('serves from a separate thread, and reports its statistics, also once closed', async () => {
    const target = await startTarget({ latencyMs: 5, seed: 3 });
    const posted = await fetch(`${target.url}/users`, { method: 'POST', body: '{"_id":"a"}' });
    expect(posted.status).toBe(201);
    const [first, second] = await Promise.all([target.stats(), target.stats()]);
    for (const stats of [first, second]) expect(stats).toMatchObject({ requests: 1, documents: { users: 1 } });

    // Another process gets its answer while this thread is blocked by waiting for it.
    const ask = `fetch('${target.url}/users/a').then(({ status }) => console.log(status))`;
    const asked = spawnSync(process.execPath, ['-e', ask], { encoding: 'utf8', timeout: 120_000 });
    expect(asked.stdout).toBe('200\n');

    await Promise.all([target.close(), target.close()]);
    await target.close();
    expect(await target.stats()).toMatchObject({ requests: 2, responses: { write: { 201: 1 }, read: { 200: 1 } } });
    await expect(fetch(target.url)).rejects.toThrow('fetch failed');
  });

  it('reports a failure of the thread as its own error', async () => {
    const target = await startTarget();
    const port = Number(new URL(target.url).port);
    await expect(startTarget({ port })).rejects.toMatchObject({
      name: 'LoadbotError',
      code: 'port_in_use',
      message: `cannot listen on 127.0.0.1:${port}: address already in use, so the target cannot listen there`,
      hint: 'choose another port, or 0 for any that is free',
    });
    await expect(startTarget({ accessLog: '/nowhere/at/all' })).rejects.toMatchObject({ code: 'config_invalid' });
    await target.close();
  });
});
