import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { LoadbotError } from '../../../../src/shared/errors.ts';
import type { Exporter } from '../../../../src/exporters/exporter.ts';
import { createPullExporter } from '../../../../src/exporters/pull/pull-exporter.ts';
import { passSettled } from '../../../settle.ts';
import { VirtualClock } from '../../../virtual-clock.ts';
import { ExpositionSource } from '../exposition-source.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** A request that adds no header of its own, as fetch would. */
async function ask(url: string, method = 'GET', headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

const clock = new VirtualClock();
const opened: Exporter[] = [];

async function open() {
  const source = new ExpositionSource(clock);
  const exporter = createPullExporter({ host: '127.0.0.1', port: 0 }, source.context);
  await exporter.start();
  opened.push(exporter);
  return { source, exporter, url: exporter.where };
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((exporter) => exporter.stop(0)));
});

describe('createPullExporter', () => {
  it('reports its URL with a free port', async () => {
    const { url } = await open();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*\/metrics$/);
  });

  it('serves the current values', async () => {
    const { source, url } = await open();
    source.value = 5;
    await ask(url);
    source.value = 6;
    clock.pass(100);
    const { status, headers, body } = await ask(url);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers['content-length']).toBe(String(body.length));
    expect(body.toString()).toBe(
      '# HELP requests_total Requests.\n# TYPE requests_total counter\nrequests_total{job="a"} 6\nrequests_total{job="b"} 6\n',
    );
  });

  it('collects once for concurrent scrapes of any format', async () => {
    let collected = 0;
    const { context } = new ExpositionSource(clock);
    const collect = (): ReturnType<typeof context.collect> => {
      collected++;
      return context.collect();
    };
    const exporter = createPullExporter({ host: '127.0.0.1', port: 0 }, { ...context, collect });
    opened.push(exporter);
    await exporter.start();
    const ways = [{}, { accept: 'application/openmetrics-text' }, { 'accept-encoding': 'gzip' }];
    await Promise.all([...ways, ...ways].map((headers) => ask(exporter.where, 'GET', headers)));
    expect(collected).toBe(1);
    clock.pass(99);
    await ask(exporter.where);
    expect(collected).toBe(1);
    clock.pass(1);
    await ask(exporter.where);
    expect(collected).toBe(2);
  });

  it('answers pipelined requests in order', async () => {
    const { url } = await open();
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(3));
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await expect.poll(() => text.split('HTTP/1.1 200 OK').length - 1).toBe(3);
    expect(text.match(/requests_total{job="b"} 0\n/g)).toHaveLength(3);
    socket.destroy();
  });

  it('logs every scrape in debug mode', async () => {
    const debugLines: string[] = [];
    const { context } = new ExpositionSource(clock);
    const debug = (message: string): void => void debugLines.push(message);
    const exporter = createPullExporter({ host: '127.0.0.1', port: 0 }, { ...context, debug });
    opened.push(exporter);
    await exporter.start();
    await ask(exporter.where, 'GET', { 'user-agent': 'Prometheus/2.42.0' });
    expect(debugLines).toEqual([
      'scrape by Prometheus/2.42.0 at 127.0.0.1: 2 samples, text/plain; version=0.0.4; charset=utf-8, 0µs',
    ]);
  });

  it('serves OpenMetrics to clients that prefer it', async () => {
    const { source, url } = await open();
    source.value = 7;
    const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5';
    const { headers, body } = await ask(url, 'GET', { accept });
    expect(headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(headers['vary']).toBe('accept, accept-encoding');
    expect(body.toString()).toBe(
      '# TYPE requests counter\n# HELP requests Requests.\nrequests_total{job="a"} 7\nrequests_total{job="b"} 7\n# EOF\n',
    );
    expect(gunzipSync((await ask(url, 'GET', { accept, 'accept-encoding': 'gzip' })).body)).toEqual(body);
  });

  it('compresses for clients that accept it', async () => {
    const { url } = await open();
    const plain = await ask(url);
    const { headers, body } = await ask(url, 'GET', { 'accept-encoding': 'gzip' });
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept, accept-encoding' });
    expect(gunzipSync(body)).toEqual(plain.body);
  });

  it('answers HEAD with the headers alone', async () => {
    const { url } = await open();
    const plain = await ask(url);
    const head = await ask(url, 'HEAD');
    expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect(head.headers['content-length']).toBe(String(plain.body.length));
  });

  it('serves an index page and no other paths', async () => {
    const { url } = await open();
    const at = (path: string): string => new URL(path, url).href;
    expect((await ask(at('/'))).body.toString()).toContain('/metrics');
    expect(await ask(at('/metrics?a=b'))).toMatchObject({ status: 200 });
    expect(await ask(at('/metrics/'))).toMatchObject({ status: 404 });
    expect(await ask(at('/favicon.ico'))).toMatchObject({ status: 404 });
    expect(await ask(url, 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('answers 500 and warns when the metrics cannot be collected', async () => {
    const source = new ExpositionSource(clock);
    const context = { ...source.context, collect: () => Promise.reject(new Error('out of luck')) };
    const exporter = createPullExporter({ host: '127.0.0.1', port: 0 }, context);
    opened.push(exporter);
    await exporter.start();
    expect(await ask(exporter.where)).toMatchObject({ status: 500 });
    expect(source.warnings).toEqual(['cannot respond to a scrape: out of luck']);
  });

  it('reports a port in use with a remedy', async () => {
    const { url, source } = await open();
    const port = Number(new URL(url).port);
    const error: unknown = await createPullExporter({ host: '127.0.0.1', port }, source.context).start().catch(String);
    expect(error).toBe(
      `LoadbotError: cannot listen on 127.0.0.1:${port}: address already in use, so the metrics cannot be served there`,
    );
    const second = createPullExporter({ host: '127.0.0.1', port }, source.context);
    await expect(second.start()).rejects.toMatchObject({
      code: 'port_in_use',
      hint: expect.stringContaining('--metrics_export_port'),
    });
    expect(await second.stop(1000)).toMatchObject({ deliveredSamples: 0, undeliveredSamples: 0 });
  });

  it('refuses an address that is not local', async () => {
    const { context } = new ExpositionSource(clock);
    const start = createPullExporter({ host: '192.0.2.1', port: 0 }, context).start();
    await expect(start).rejects.toBeInstanceOf(LoadbotError);
    await expect(start).rejects.toMatchObject({ code: 'config_invalid' });
  });

  it('shows an IPv6 address as URLs do', () => {
    const { context } = new ExpositionSource(clock);
    expect(createPullExporter({ host: '::1', port: 9095 }, context).where).toBe('http://[::1]:9095/metrics');
  });

  it('closes immediately without scrapers, even with an open connection', async () => {
    const { exporter, url } = await open();
    await (await fetch(url)).text(); // keeps its connection
    const delivery = await exporter.stop(60_000);
    expect(delivery).toEqual({ target: url, deliveredSamples: 2, undeliveredSamples: 0, lastError: undefined });
    await expect(ask(url)).rejects.toThrow('ECONNREFUSED');
  });

  it('stays open until its scraper has the final values', async () => {
    const { source, exporter, url } = await open();
    const scrape = (): Promise<Answer> =>
      ask(url, 'GET', { 'user-agent': 'Prometheus/2.42.0', 'x-prometheus-scrape-timeout-seconds': '1' });
    await scrape();
    clock.pass(5000);
    await scrape();
    source.value = 100;
    clock.pass(1000);
    const stopped = exporter.stop(60_000);
    clock.pass(4000);
    expect((await scrape()).body.toString()).toContain('requests_total{job="a"} 100');
    expect(await stopped).toMatchObject({ deliveredSamples: 6, undeliveredSamples: 0, lastError: undefined });
  });

  it('reports scrapers that missed the final values', async () => {
    const { exporter, url } = await open();
    const headers = { 'user-agent': 'Prometheus/2.42.0', 'x-prometheus-scrape-timeout-seconds': '10' };
    await ask(url, 'GET', headers);
    const stopped = exporter.stop(10_000);
    await passSettled(clock, 10_000, 1000);
    expect(await stopped).toEqual({
      target: url,
      deliveredSamples: 2,
      undeliveredSamples: 2,
      lastError:
        'Prometheus/2.42.0 at 127.0.0.1 (last scrape 0µs before the end) did not scrape the last values in time',
    });
  });
});
