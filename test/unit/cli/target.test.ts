import { Writable } from 'node:stream';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { CommandIo } from '../../../src/cli/command-io.ts';
import { targetCommand } from '../../../src/cli/commands/target.ts';
import type { LoadbotError } from '../../../src/shared/errors.ts';

/** Runs `target` with flags; calls `meanwhile` with the address, and stops the command afterwards. */
async function run(flags: readonly string[], meanwhile: (url: string) => Promise<void>): Promise<string> {
  let printed = '';
  let stop: (value?: unknown) => void = () => undefined;
  const stopped = new Promise((resolve) => (stop = resolve));
  const stdout = new Writable({
    write: (chunk: Buffer, _, done) => {
      printed += chunk.toString();
      const url = /listens on (\S+)/.exec(printed)?.[1];
      if (url !== undefined && !printed.includes(' requests, ')) void meanwhile(url).finally(stop);
      done();
    },
  });
  const io: CommandIo = { stdout, stderr: stdout, env: {}, readStdin: () => Promise.resolve('') };
  await targetCommand(io, () => stopped).parseAsync(['--port', '0', ...flags], { from: 'user' });
  return printed;
}

async function problemsOf(flags: readonly string[]): Promise<string[]> {
  try {
    await run(flags, () => Promise.resolve());
  } catch (error) {
    const { code, problems } = error as LoadbotError;
    expect(code).toBe('config_invalid');
    return problems.map(({ path, message }) => `${path} ${message}`);
  }
  return [];
}

describe('target', () => {
  it('prints its address and settings, serves, and prints its statistics', async () => {
    const flags = ['--latency', '2ms', '--latency-distribution', 'uniform', '--stall', '20s:2s'];
    const printed = await run(flags, async (url) => {
      for (let n = 0; n < 3; n++) await fetch(`${url}/users`, { method: 'POST', body: `{"_id":"${n}"}` });
      await fetch(`${url}/users/1`);
      await fetch(`${url}/users/9`);
    });
    expect(printed).toMatch(
      /^The embedded target listens on http:\/\/127\.0\.0\.1:\d+\nLoopback only; --host 0\.0\.0\.0 opens it\.\n/,
    );
    expect(printed).toContain('It answers after 2.00ms in the mean, uniform distribution.');
    expect(printed).toContain('It answers nothing during the last 2.00s of every 20.0s.');
    expect(printed).toMatch(/curl http:\/\/127\.0\.0\.1:\d+\/users -d '\{"_id": "1", "name": "Ada"\}'/);
    expect(printed).toContain('\n5 requests, 0 given up by their client\n');
    expect(printed).toMatch(/\n {2}write {2}201: 3\n {2}read {3}200: 1, 404: 1\n {2}users {2}3 documents\n$/);
  });

  it('reports all invalid flags at once', async () => {
    const flags = ['--port', '70000', '--latency', '20', '--latency-distribution', 'gauss'];
    expect(await problemsOf([...flags, '--error-rate', '1.5', '--stall', '2s:20s', '--seed', '-1'])).toEqual([
      '--port must be a whole number from 0 to 65535, not "70000"',
      '--latency must be a duration such as 20ms, not "20"',
      '--latency-distribution must be constant, uniform, exponential, normal[:0 to 0.33] or lognormal[:0 to 3], not "gauss"',
      '--error-rate must be a number from 0 to 1, not "1.5"',
      '--stall must be EVERY:FOR, FOR shorter than EVERY, such as 20s:2s, not "2s:20s"',
      '--seed must be a whole number from 0 to 4294967295, not "-1"',
    ]);
  });

  it.each(['20s', '20s:', '20s:0s', '20s:20s', '20:2', '20s:2s:1s'])('refuses --stall %s', async (stall) => {
    expect(await problemsOf(['--stall', stall])).toHaveLength(1);
  });

  it('reports a port that is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(run(['--port', String(port)], () => Promise.resolve())).rejects.toMatchObject({ code: 'port_in_use' });
    server.close();
  });
});
