import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { runWorkload } from './agent.ts';

/** Bytes of the documents that a run sends to a real server, in order of arrival. */
async function sizesOf(data_size: unknown, operations: number): Promise<number[]> {
  const sizes: number[] = [];
  const server = createServer((request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => {
      sizes.push(bytes);
      response.writeHead(201).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const write = { type: 'write', collection: 'c', connections: 3, operations, data_size };
  const { status, stderr } = await runWorkload({ connection_string: url, seed: 5, jobs: [write] }, ['--threads', '2']);
  server.close();
  expect(status, stderr).toBe(0);
  return sizes;
}

test('documents have exactly the sizes of a histogram and of a distribution', async () => {
  const sizes = await sizesOf(
    [
      { size: '1KiB', weight: 3 },
      { size: 4096, weight: 1 },
    ],
    400,
  );
  const small = sizes.filter((size) => size === 1024).length;
  expect(small + sizes.filter((size) => size === 4096).length).toBe(400);
  // 300 expected, a standard deviation of 8.7.
  expect(Math.abs(small - 300)).toBeLessThan(40);

  const uniform = await sizesOf({ uniform: ['1KB', '3KB'] }, 400);
  expect(Math.min(...uniform)).toBeGreaterThanOrEqual(1000);
  expect(Math.max(...uniform)).toBeLessThanOrEqual(3000);
  // The mean of 400 draws has a standard deviation of 29.
  expect(Math.abs(uniform.reduce((sum, size) => sum + size) / 400 - 2000)).toBeLessThan(120);
});
