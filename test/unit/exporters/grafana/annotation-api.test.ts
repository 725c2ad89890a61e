import { describe, expect, onTestFinished, test } from 'vitest';
import type { AnnotationTarget } from '../../../../src/plan/grafana.ts';
import { createWriteAnnotation, type WriteResult } from '../../../../src/exporters/grafana/annotation-api.ts';
import { certificate } from '../../../certificates/certificates.ts';
import { type Grafana, startGrafana } from '../../../grafana.ts';

const TOKEN = 'glsa_s3cret-token';
const ANNOTATION = {
  startEpochMs: 1_700_000_000_000.4,
  endEpochMs: undefined,
  text: 'hello',
  tags: ['loadbot-agent', 'job:reads'],
};
const NO_TLS = { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: false };

async function grafana(tls?: Parameters<typeof startGrafana>[1]): Promise<Grafana> {
  const server = await startGrafana(TOKEN, tls);
  onTestFinished(() => server.stop());
  return server;
}

function writeTo(url: string, changes: Partial<AnnotationTarget> = {}, annotation = ANNOTATION, id?: number) {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const target = { url, headers, tls: NO_TLS, proxy: undefined, dashboardUid: undefined, tags: [], ...changes };
  return createWriteAnnotation(target)(annotation, id, new AbortController().signal);
}

describe('writing an annotation', () => {
  test('posts it with the token, then patches changes by its id', async () => {
    const server = await grafana();
    expect(await writeTo(server.url, { dashboardUid: 'shop' })).toEqual({ kind: 'written', id: 1 });
    const { startEpochMs } = ANNOTATION;
    const ended = { ...ANNOTATION, endEpochMs: startEpochMs + 1000, text: 'over' };
    expect(await writeTo(server.url, { dashboardUid: 'shop' }, ended as never, 1)).toEqual({ kind: 'written', id: 1 });
    expect(server.complaints).toEqual([]);
    expect(server.requests).toEqual([
      { method: 'POST', path: '/api/annotations', status: 200 },
      { method: 'PATCH', path: '/api/annotations/1', status: 200 },
    ]);
    expect(server.annotations()).toEqual([
      {
        id: 1,
        dashboardUID: 'shop',
        time: 1_700_000_000_000,
        timeEnd: 1_700_000_001_000,
        text: 'over',
        tags: ANNOTATION.tags,
      },
    ]);
  });

  test('omits the dashboard for the whole organization', async () => {
    const server = await grafana();
    await writeTo(server.url);
    expect(server.annotations()[0]).not.toHaveProperty('dashboardUID');
  });

  test.each<[number, string, WriteResult]>([
    [500, 'oops', { kind: 'failed', reason: 'status 500 (oops)' }],
    [429, '', { kind: 'failed', reason: 'status 429' }],
    [403, '{"message":"no"}', { kind: 'refused', reason: 'status 403 ({"message":"no"})' }],
    [
      200,
      'hello',
      { kind: 'refused', reason: 'status 200 without the id of an annotation: check that the URL is a Grafana' },
    ],
    [401, `you said Bearer ${TOKEN}`, { kind: 'refused', reason: 'status 401 (you said ***)' }],
  ])('handles the answer %i %j', async (status, body, expected) => {
    const server = await grafana();
    server.faults.push({ status, body });
    expect(await writeTo(server.url)).toEqual(expected);
  });

  test('does not follow redirects with the token', async () => {
    const [server, elsewhere] = await Promise.all([grafana(), grafana()]);
    server.faults.push({ status: 302, location: `${elsewhere.url}/api/annotations` });
    expect(await writeTo(server.url)).toEqual({ kind: 'refused', reason: 'status 302' });
    expect(elsewhere.requests).toEqual([]);
  });

  test('reports a closed port and a server that does not respond', async () => {
    const nobody = await writeTo('http://127.0.0.1:1');
    expect(nobody).toEqual({ kind: 'failed', reason: expect.stringMatching(/^refused \(connect ECONNREFUSED/) });
    const server = await grafana();
    server.faults.push('hang');
    const controller = new AbortController();
    const target = { url: server.url, headers: {}, tls: NO_TLS, proxy: undefined, dashboardUid: undefined, tags: [] };
    const written = createWriteAnnotation(target)(ANNOTATION, undefined, controller.signal);
    controller.abort();
    expect(await written).toEqual({ kind: 'failed', reason: 'timeout (no response in time)' });
  });

  test('verifies the server', async () => {
    const { url } = await grafana({ tls: { cert: certificate('server'), key: certificate('server-key') } });
    expect(await writeTo(url)).toEqual({ kind: 'failed', reason: expect.stringMatching(/^tls \(/) });
    const tls = { ...NO_TLS, ca: certificate('ca') };
    expect(await writeTo(url, { tls })).toEqual({ kind: 'written', id: 1 });
  });
});
