import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { runWorkload, scratchFile } from './agent.ts';

interface ReceivedBody {
  readonly type: string;
  readonly encoding: string | undefined;
  readonly bytes: Buffer;
}

/** A server that keeps every body as bytes. */
async function startServer(version: 1 | 2): Promise<{ url: string; received: ReceivedBody[] }> {
  const received: ReceivedBody[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { 'content-type': type = '', 'content-encoding': encoding } = request.headers;
      received.push({ type, encoding, bytes: Buffer.concat(chunks) });
      response.end('{}');
    });
  };
  // The handlers of both versions take the same calls.
  const server: Server = version === 1 ? createServer(listener) : createHttp2Server(listener as never);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test.each([1, 2] as const)('sends forms, uploads and files over HTTP/%i', async (version) => {
  const { url, received } = await startServer(version);
  const bytes = randomBytes(3 * 1024 * 1024);
  const file = scratchFile('bin');
  writeFileSync(file, bytes);
  const job = { type: 'write', collection: 'c', connections: 4 };
  const { status, result } = await runWorkload({
    connection_string: url,
    threads: 2,
    seed: 1,
    http: { version },
    jobs: [
      { ...job, operations: 100, http: { form: { id: '#uuid', tag: ['a b', 'ü'] } } },
      {
        ...job,
        operations: 40,
        http: { multipart: { title: '#uuid', data: { file, type: 'x/y' } }, compress: 'gzip' },
      },
      { ...job, operations: 40, http: { body_file: file } },
    ],
  });
  expect(status).toBe(0);
  expect(result.jobs.map(({ requests, errors }) => [requests, errors])).toEqual([
    [100, 0],
    [40, 0],
    [40, 0],
  ]);
  expect(received).toHaveLength(180);

  const forms = received.slice(0, 100).map((one) => new URLSearchParams(one.bytes.toString()));
  expect(new Set(forms.map((form) => form.get('id'))).size).toBe(100);
  for (const form of forms) expect(form.getAll('tag')).toEqual(['a b', 'ü']);
  expect(new Set(received.slice(0, 100).map(({ type }) => type))).toEqual(
    new Set(['application/x-www-form-urlencoded']),
  );

  const uploads = received.slice(100, 140);
  // One boundary on both threads.
  expect(new Set(uploads.map(({ type }) => type)).size).toBe(1);
  const titles = new Set<unknown>();
  for (const { type, encoding, bytes: body } of uploads) {
    expect(encoding).toBe('gzip');
    const response = new Response(new Uint8Array(gunzipSync(body)), { headers: { 'content-type': type } });
    const parts = await response.formData();
    titles.add(parts.get('title'));
    const data = parts.get('data');
    if (!(data instanceof Blob)) throw new Error('the part is not a file');
    expect(data.type).toBe('x/y');
    expect(digestOf(Buffer.from(await data.arrayBuffer()))).toBe(digestOf(bytes));
  }
  expect(titles.size).toBe(40);

  const whole = received.slice(140);
  expect(new Set(whole.map((one) => digestOf(one.bytes)))).toEqual(new Set([digestOf(bytes)]));
  expect(new Set(whole.map(({ type }) => type))).toEqual(new Set(['application/octet-stream']));
});
