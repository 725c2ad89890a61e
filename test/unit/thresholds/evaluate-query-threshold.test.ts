import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import type { QueryThreshold } from '../../../src/plan/threshold.ts';
import { evaluateQueryThreshold } from '../../../src/thresholds/evaluate-external-threshold.ts';

let server: Server | undefined;
const asked: { readonly url: string; readonly body: string; readonly authorization: string | undefined }[] = [];

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  asked.length = 0;
});

/** A server that answers every query like this. */
async function answering(body: string, status = 200, delayMs = 0): Promise<QueryThreshold> {
  server = createServer((request, response) => {
    const { url = '', headers } = request;
    void text(request).then((sent) => asked.push({ url, body: sent, authorization: headers.authorization }));
    request.on('end', () => setTimeout(() => response.writeHead(status).end(body), delayMs));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    kind: 'query',
    text: 'max(cpu) < 0.8',
    url: `http://127.0.0.1:${port}/select/0/?tenant=t0ps3cret`,
    headers: { authorization: 'Bearer s3cr3t-token' },
    proxy: undefined,
    query: 'max(cpu)',
    operator: '<',
    limit: 0.8,
    timeoutMs: 5000,
  };
}

const vector = (...values: string[]): string =>
  JSON.stringify({
    status: 'success',
    data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, value] })) },
  });

test('queries once, by the HTTP API of Prometheus', async () => {
  const threshold = await answering(vector('0.5'));
  expect(await evaluateQueryThreshold(threshold)).toMatchObject({
    ok: true,
    value: 0.5,
    metric: 'max(cpu)',
    reason: undefined,
  });
  expect(asked).toEqual([
    {
      url: '/select/0/api/v1/query?tenant=t0ps3cret',
      body: 'query=max%28cpu%29',
      authorization: 'Bearer s3cr3t-token',
    },
  ]);
});

test.each([
  ['a number', JSON.stringify({ data: { resultType: 'scalar', result: [1, '0.25'] } }), { ok: true, value: 0.25 }],
  ['too much', vector('0.9'), { ok: false, value: 0.9, reason: 'it is 0.9' }],
  ['one of several series that is too much', vector('0.1', '0.95', '0.2'), { ok: false, value: 0.95 }],
  ['no series', vector(), { ok: false, value: undefined, reason: 'the query returned no data' }],
  ['no number', vector('NaN'), { ok: false, value: undefined, reason: 'it is NaN' }],
  ['infinity', vector('+Inf'), { ok: false, value: undefined, reason: 'it is Infinity' }],
])('%s', async (_, body, verdict) => {
  expect(await evaluateQueryThreshold(await answering(body))).toMatchObject(verdict);
});

test('invalid responses fail with the reason, without secrets', async () => {
  const threshold = await answering('no such tenant: t0ps3cret, Bearer s3cr3t-token', 401);
  const { ok, value, reason } = await evaluateQueryThreshold(threshold);
  expect({ ok, value }).toEqual({ ok: false, value: undefined });
  expect(reason).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/select\/0\/ responded with status 401: no such tenant: \*\*\*/);
  expect(reason).not.toMatch(/s3cr/);
});

test('a page that is not a query response', async () => {
  expect((await evaluateQueryThreshold(await answering('<html>'))).reason).toContain(
    'responded with status 200: <html>',
  );
});

test.each([
  ['[1, 5]', 'data.result[0].value[1] is not a number in text'],
  ['[1, "five"]', 'data.result[0].value[1] is not a number in text'],
  ['[1, ""]', 'data.result[0].value[1] is not a number in text'],
  ['["1", "5"]', 'data.result[0].value[0] is not a time'],
  ['[1e999, "5"]', 'data.result[0].value[0] is not a time'],
  ['[1e15, "5"]', 'data.result[0].value[0] is not a time'],
  ['{"0": 1, "1": "5"}', 'data.result[0].value[0] is not a time'],
  ['null', 'data.result[0].value[0] is not a time'],
])('a value %s is refused with its place', async (value, fault) => {
  const body = `{"data":{"resultType":"vector","result":[{"metric":{},"value":${value}}]}}`;
  const { ok, value: judged, reason } = await evaluateQueryThreshold(await answering(body));
  expect({ ok, judged }).toEqual({ ok: false, judged: undefined });
  expect(reason).toMatch(/^http:\S+ responded with an invalid value: /);
  expect(reason?.endsWith(fault), reason).toBe(true);
});

test.each([
  ['[]', 'data.result[0].metric is not an object'],
  ['{"a": 5}', 'data.result[0].metric.a is not a text'],
])('labels %s are refused with their place', async (labels, fault) => {
  const body = `{"data":{"resultType":"vector","result":[{"metric":${labels},"value":[1,"5"]}]}}`;
  expect((await evaluateQueryThreshold(await answering(body))).reason).toContain(fault);
});

test('a server that does not respond in time, and a closed port', async () => {
  const slow = { ...(await answering(vector('0'), 200, 3000)), timeoutMs: 100 };
  expect((await evaluateQueryThreshold(slow)).reason).toMatch(/^no response from .* within 0\.1 s$/);
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  expect((await evaluateQueryThreshold({ ...slow, timeoutMs: 3000 })).reason).toMatch(/^no response from .*: refused/);
});
