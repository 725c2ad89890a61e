import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** An annotation as the store of a Grafana holds it. */
export interface StoredAnnotation {
  readonly id: number;
  readonly dashboardUID?: string;
  readonly panelId?: number;
  readonly time: number;
  readonly timeEnd: number;
  readonly tags: readonly string[];
  readonly text: string;
}

/** How a request is answered instead of as it should be; `hang`: not at all. */
type GrafanaFault = 'hang' | { readonly status: number; readonly body?: string; readonly location?: string };

const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  dashboardUID: (value) => typeof value === 'string',
  panelId: Number.isInteger,
  time: isEpochMs,
  timeEnd: isEpochMs,
  tags: (value) => Array.isArray(value) && value.every((tag) => typeof tag === 'string' && tag.length <= 100),
  text: (value) => typeof value === 'string' && value !== '',
};

function isEpochMs(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 1e12 && Number(value) < 1e13;
}

/**
 * Grafana's HTTP API of annotations, as far as its requests and responses are documented:
 * https://grafana.com/docs/grafana/latest/developers/http_api/annotations/
 * Whatever that does not allow is answered with 400, as is a body that is not exactly of its fields.
 */
export async function startGrafana(token: string, { tls }: { readonly tls?: ServerOptions } = {}) {
  const stored = new Map<number, StoredAnnotation>();
  const versions: StoredAnnotation[] = [];
  const store = (annotation: StoredAnnotation): void => {
    stored.set(annotation.id, annotation);
    versions.push(annotation);
  };
  const requests: { readonly method: string; readonly path: string; readonly status: number }[] = [];
  const faults: GrafanaFault[] = [];
  const complaints: string[] = [];

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '' } = request;
      const fault = faults.shift();
      if (fault === 'hang') {
        requests.push({ method, path: url, status: 0 });
        return;
      }
      const { status, body } = fault ?? answer(method, url, request.headers, text);
      requests.push({ method, path: url, status });
      const location = typeof fault === 'object' ? fault.location : undefined;
      response
        .writeHead(status, { 'content-type': 'application/json', ...(location !== undefined && { location }) })
        .end(typeof body === 'object' ? JSON.stringify(body) : (body ?? ''));
    });
  };

  const answer = (
    method: string,
    path: string,
    headers: IncomingMessage['headers'],
    text: string,
  ): { readonly status: number; readonly body: object } => {
    const refuse = (status: number, message: string) => {
      complaints.push(`${method} ${path}: ${message}`);
      return { status, body: { message } };
    };
    if (headers.authorization !== `Bearer ${token}`) return refuse(401, 'Invalid API key');
    if (headers['content-type'] !== 'application/json') return refuse(400, 'bad request data');
    const given = JSON.parse(text) as Record<string, unknown>;
    const bad = Object.entries(given).find(([name, value]) => FIELDS[name]?.(value) !== true);
    if (bad !== undefined) return refuse(400, `field ${bad[0]} is ${JSON.stringify(bad[1])}`);
    const [, id] = /^\/api\/annotations\/(\d+)$/.exec(path) ?? [];
    if (method === 'POST' && path === '/api/annotations') {
      if (given['text'] === undefined) return refuse(400, 'text field should not be empty');
      const annotation = { id: stored.size + 1, timeEnd: given['time'], ...given } as StoredAnnotation;
      store(annotation);
      return { status: 200, body: { message: 'Annotation added', id: annotation.id } };
    }
    const known = stored.get(Number(id));
    if (method !== 'PATCH' || known === undefined) return refuse(404, 'Annotation not found');
    if ('dashboardUID' in given) return refuse(400, 'a dashboard cannot be changed');
    store({ ...known, ...given });
    return { status: 200, body: { message: 'Annotation patched' } };
  };

  const server = tls === undefined ? createServer(handle) : createSecureServer(tls, handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    /** Answers to the next requests, in their order. */
    faults,
    /** Invalid requests. */
    complaints,
    annotations: (): readonly StoredAnnotation[] => [...stored.values()],
    /** Every annotation as it was after each request, the first one first. */
    versions: (): readonly StoredAnnotation[] => versions,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type Grafana = Awaited<ReturnType<typeof startGrafana>>;
