import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import { LoadClock } from '../../src/shared/load-clock.ts';
import type { LatencyFloor } from '../../src/shared/floor.ts';
import { ThreadUnit } from '../../src/engine/thread-unit.ts';
import { planOf, requestJob } from '../unit/engine/plans.ts';
import { Agent, readResult, scratchFile, workloadFile } from './agent.ts';

/** A server that takes its time. */
async function listen(afterMs: number, onRequest = (): void => {}): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    onRequest();
    setTimeout(() => response.end('{}'), afterMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([
  ['exits', 'process.exit(3)', 'load thread 0 exited with code 3'],
  ['throws', "throw new Error('out of luck')", 'load thread 0 failed: out of luck'],
])('a thread that %s ends the run; the others finish their requests in flight', async (_, death, message) => {
  // Loaded into every thread of the agent: the first thread dies once the target has answered some requests.
  const [script, trigger] = [scratchFile('mjs'), scratchFile('trigger')];
  writeFileSync(
    script,
    `import { existsSync } from 'node:fs';
     import { workerData } from 'node:worker_threads';
     const check = () => { if (existsSync(${JSON.stringify(trigger)})) { ${death} } };
     if (workerData?.place?.rank === 0) setInterval(check, 20).unref();`,
  );
  let requests = 0;
  const onRequest = (): void => void (++requests === 35 && writeFileSync(trigger, ''));
  const job = { name: 'a', type: 'read', http: { path: '/' }, connections: 10, duration: '5m' };
  const workload = { connection_string: await listen(400, onRequest), threads: 2, jobs: [job, { ...job, name: 'b' }] };
  const out = scratchFile('result.json');
  const args = ['run', workloadFile(workload), '--out', out];
  const { status, stderr } = await new Agent(args, { NODE_OPTIONS: `--import=${pathToFileURL(script).href}` }).ended;
  expect(status).toBe(1);
  expect(stderr).toContain(`error: ${message}`);
  const { end, reason, jobs } = readResult(out);
  expect([end, reason]).toEqual(['failed', message]);
  expect(jobs.map((one) => one.status)).toEqual(['failed', 'canceled']);
  const [first] = jobs;
  // The crashed thread had five workers, each with a request in flight; all requests of the other thread are done.
  expect(first).toMatchObject({ errors: 0, aborted: 5, in_flight: 0 });
  expect(first?.started).toBe((first?.ok ?? 0) + 5);
});

test('measures no floor when no output needs it', async () => {
  const floorOf = async (driver: 'http' | 'redis'): Promise<LatencyFloor | undefined> => {
    const unit = new ThreadUnit({
      plan: planOf([requestJob()], { target: { driver, url: `${driver}://127.0.0.1:1`, secretUrl: undefined } }),
      place: { rank: 0, of: 1 },
      thread: 0,
      phases: new SharedArrayBuffer(4),
      entry: new URL('../../dist/load-thread.js', import.meta.url),
      clock: systemClock(),
      loadClock: new LoadClock(systemClock()),
      onFailure: () => {},
      onTerminated: () => {},
    });
    // It has reported the floor before it answers.
    await expect(unit.run(0, 0)).rejects.toThrow('job 0 was not prepared');
    const { floor } = unit;
    await unit.close();
    return floor;
  };
  // A thread gives up a measurement that takes longer than a second, as on a busy machine.
  await expect.poll(() => floorOf('http')).toBeDefined();
  expect(await floorOf('redis')).toBeUndefined();
});
