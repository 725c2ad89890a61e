import { describe, expect, test } from 'vitest';
import { failure } from '../../../../src/shared/outcome.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import type { HttpOptions } from '../../../../src/plan/target.ts';
import { httpOptions } from '../../../contract/driver/http-options.ts';
import type { Answer, HttpKind, HttpServer, SeenRequest } from '../../../contract/driver/http-server.ts';
import { openProbe, serve } from './running.ts';

const KINDS: readonly HttpKind[] = ['http', 'h2c', 'https', 'h2'];

function urlOf(kind: HttpKind, { port }: HttpServer, host = '127.0.0.1'): string {
  return `${kind === 'https' || kind === 'h2' ? 'https' : 'http'}://${host}:${port}`;
}

const INSECURE = { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: true };

function optionsFor(kind: HttpKind, server: HttpServer, http: Partial<HttpOptions> = {}) {
  const version = kind.startsWith('h2') ? 2 : 1;
  return httpOptions(urlOf(kind, server), {
    http: { version, tls: INSECURE, path: '/start', redirects: 5, ...http },
  });
}

/** Redirects with the status in the path: `/301/302/end` leads to `/302/end` and then to `/end`. */
function redirecting({ url }: SeenRequest, answer: Answer): void {
  const [, status, rest = ''] = /^\/(\d{3})(\/.*)$/.exec(url) ?? [];
  if (status === undefined) answer.writeHead(200);
  else answer.writeHead(Number(status), { location: rest });
  answer.end('body');
}

const line = ({ method, url, body }: SeenRequest): string => `${method} ${url} ${body}`.trimEnd();

describe.each(KINDS)('redirects, %s', (kind) => {
  test.each([
    ['POST', '/301/end', 'GET /end'],
    ['POST', '/302/end', 'GET /end'],
    ['POST', '/303/end', 'GET /end'],
    ['PUT', '/302/end', 'PUT /end {"a":1}'],
    ['PUT', '/303/end', 'GET /end'],
    ['POST', '/307/end', 'POST /end {"a":1}'],
    ['POST', '/308/end', 'POST /end {"a":1}'],
    ['HEAD', '/303/end', 'HEAD /end'],
    ['POST', '/307/302/308/end', 'GET /end'],
    ['GET', '/302/302/302/302/302/end', 'GET /end'],
  ])('%s %s ends as %s', async (method, path, last) => {
    const server = await serve(kind, redirecting);
    const body = method === 'POST' || method === 'PUT' ? { body: { a: 1 } } : {};
    const { probe } = await openProbe(optionsFor(kind, server, { method, path, ...body }));
    expect(await probe.request(0)).toBe('ok');
    const hops = path.split('/').length - 2;
    expect(server.seen).toHaveLength(hops + 1);
    expect(line(server.seen.at(-1)!)).toBe(last);
    expect(server.seen.at(-1)?.headers['content-type']).toBe(last.includes('{') ? 'application/json' : undefined);
    expect(server.connections).toBe(1);
    expect(probe.status).toBe(200);
    expect(probe.redirects).toEqual(path.split('/').slice(1, -1).map(Number));
  });

  test('is relative to the current URL, without fragment', async () => {
    const locations: Readonly<Record<string, string>> = {
      '/a/start?x=1': 'next?y=2#part',
      '/a/next?y=2': '?z=3',
      '/a/next?z=3': '../caf\u00c3\u00a9',
    };
    const server = await serve(kind, ({ url }, answer) => {
      const location = locations[url];
      answer.writeHead(location === undefined ? 200 : 302, location === undefined ? {} : { location });
      answer.end();
    });
    const { probe } = await openProbe(optionsFor(kind, server, { path: '/a/start?x=1' }));
    expect(await probe.request(0)).toBe('ok');
    expect(server.seen.map(({ url }) => url)).toEqual(['/a/start?x=1', '/a/next?y=2', '/a/next?z=3', '/caf%C3%A9']);
  });

  test('to another origin use a second connection, which is kept, without credentials', async () => {
    const other = await serve(kind, ({ url }, answer) => {
      if (url === '/away') answer.writeHead(307, { location: `${urlOf(kind, home)}/back` });
      answer.end('x'.repeat(1000));
    });
    const home = await serve(kind, ({ url }, answer) => {
      if (url === '/start') answer.writeHead(307, { location: `${urlOf(kind, other)}/away` });
      answer.end();
    });
    const headers = { authorization: 'Bearer secret', cookie: 'a=1', 'x-trace': 'kept' };
    const { probe } = await openProbe(optionsFor(kind, home, { method: 'POST', body: { n: 1 }, headers }));
    for (let n = 0; n < 10; n++) expect(await probe.request(n)).toBe('ok');
    expect([home.connections, other.connections]).toEqual([1, 1]);
    expect([home.seen.length, other.seen.length]).toEqual([20, 10]);
    for (const { headers: seen, body } of other.seen) {
      expect(seen).not.toHaveProperty('authorization');
      expect(seen).not.toHaveProperty('cookie');
      expect(seen['x-trace']).toBe('kept');
      expect(seen['host'] ?? seen[':authority']).toBe(`127.0.0.1:${other.port}`);
      expect(body).toBe('{"n":1}');
    }
    // Credentials that were dropped do not come back.
    for (const { url, headers: seen } of home.seen) {
      expect(seen['authorization']).toBe(url === '/start' ? 'Bearer secret' : undefined);
    }
    expect(probe.totalReceivedBytes).toBeGreaterThan(10_000);
  });

  test('beyond the maximum are a protocol error', async () => {
    const server = await serve(kind, (_, answer) => {
      answer.writeHead(302, { location: '/start' });
      answer.end();
    });
    const { probe } = await openProbe(optionsFor(kind, server, { redirects: 3 }));
    expect(await probe.request(0)).toBe('protocol');
    expect(String(probe.failure)).toContain('the server sent more than 3 redirects (http.redirects)');
    expect(server.seen).toHaveLength(4);
    expect([probe.status, probe.redirects]).toEqual([302, [302, 302, 302]]);
    expect(await probe.request(1)).toBe('protocol');
    expect(server.connections).toBe(1);
  });

  test.each([
    ['ftp://127.0.0.1/x', 'has a ftp: URL as its location'],
    ['http://[x', 'has an invalid URL as its location'],
  ])('to %s are a protocol error', async (location, message) => {
    const server = await serve(kind, (_, answer) => {
      answer.writeHead(302, { location });
      answer.end();
    });
    const { probe } = await openProbe(optionsFor(kind, server));
    expect(await probe.request(0)).toBe('protocol');
    expect(String(probe.failure)).toContain(message);
  });

  test('are not followed without a location, nor by 300 and 304', async () => {
    const server = await serve(kind, ({ url }, answer) => {
      const status = Number(url.slice(1));
      answer.writeHead(status, status === 302 ? {} : { location: '/end' });
      answer.end();
    });
    for (const status of [300, 302, 304]) {
      const { probe } = await openProbe(
        optionsFor(kind, server, { path: `/${status}`, expectStatus: [[status, status]] }),
      );
      expect(await probe.request(0)).toBe('ok');
      expect(probe.redirects).toBeUndefined();
    }
    expect(server.seen).toHaveLength(3);
  });

  test('are one request: sent once, and cancelled at any hop', async () => {
    let hold = false;
    const server = await serve(kind, ({ url }, answer) => {
      if (url === '/start') answer.writeHead(302, { location: '/slow' });
      if (url === '/slow') answer.writeHead(302, { location: '/end' });
      if (url !== '/end' || !hold) setTimeout(() => answer.end(), 30);
    });
    const { session, probe } = await openProbe(optionsFor(kind, server));
    const clock = systemClock();
    const startMs = clock.nowMs();
    await probe.request(0);
    probe.sentMs = -1;
    await probe.request(1);
    expect(clock.nowMs() - probe.sentMs).toBeGreaterThan(85);
    expect(probe.sentMs).toBeGreaterThan(startMs);
    hold = true;
    const held = probe.request(2);
    await expect.poll(() => server.seen.length).toBe(9);
    session.cancel(failure('timeout'));
    expect(await held).toBe('timeout');
    expect(probe.redirects).toEqual([302, 302]);
    hold = false;
    expect(await probe.request(3)).toBe('ok');
    expect(server.connections).toBe(2);
  });

  test('to an unreachable server have the class of the failure', async () => {
    const server = await serve(kind, ({ url }, answer) => {
      const location = urlOf(kind, { port: 9 } as HttpServer);
      answer.writeHead(url === '/start' ? 302 : 200, url === '/start' ? { location } : {});
      answer.end();
    });
    const { probe } = await openProbe(optionsFor(kind, server));
    expect(await probe.request(0)).toBe('refused');
    expect(probe.redirects).toEqual([302]);
    expect(server.connections).toBe(1);
  });
});

test('a redirect from https to http is followed without credentials', async () => {
  const plain = await serve('http', (_, answer) => void answer.end());
  const secure = await serve('https', (_, answer) => {
    answer.writeHead(302, { location: `http://127.0.0.1:${plain.port}/`, 'set-cookie': 'a=1' });
    answer.end();
  });
  const headers = { authorization: 'Bearer secret' };
  const { probe } = await openProbe(optionsFor('https', secure, { headers, cookies: true }));
  for (const n of [0, 1]) expect(await probe.request(n)).toBe('ok');
  expect(plain.seen).toHaveLength(2);
  for (const seen of plain.seen) expect(seen.headers).not.toHaveProperty('authorization');
  expect(secure.seen[1]?.headers['cookie']).toBe('a=1');
});

describe.each(KINDS)('cookies, %s', (kind) => {
  /** Cookies that the requests of `/p/...` had, where each response sets these. */
  async function cookiesSent(set: string[], paths: readonly string[], http: Partial<HttpOptions> = {}) {
    const server = await serve(kind, ({ url }, answer) => {
      answer.writeHead(200, url === '/p/set' ? { 'set-cookie': set } : {});
      answer.end();
    });
    const options = optionsFor(kind, server, { cookies: true, ...http });
    const operations = paths.map((path) => ({ ...options.operations[0]!, http: { ...options.http, path } }));
    const { session, probe } = await openProbe({ ...options, operations });
    for (const operation of paths.keys()) {
      probe.operation = operation;
      expect(await probe.request(operation)).toBe('ok');
    }
    return { cookies: server.seen.map(({ headers }) => headers['cookie']), session, probe, server };
  }

  test('are sent back by their path, and expire', async () => {
    const set = [
      'a=1',
      'b=2; Path=/',
      'c=3; Max-Age=0',
      'd=4; Path=/other',
      'e=5; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    ];
    const { cookies } = await cookiesSent(set, ['/p/set', '/p/x', '/', '/other/y']);
    expect(cookies).toEqual([undefined, 'a=1; b=2', 'b=2', 'd=4; b=2']);
  });

  test('of other domains are refused', async () => {
    const set = ['a=1; Domain=example.com', 'c=3; HttpOnly; SameSite=Lax', '=', ''];
    const { cookies } = await cookiesSent(set, ['/p/set', '/p/x']);
    expect(cookies).toEqual([undefined, 'c=3']);
  });

  test('are merged with those of the request, which win', async () => {
    const { cookies } = await cookiesSent(['a=1', 'b=2'], ['/p/set', '/p/x'], { headers: { cookie: 'b=own; z=9' } });
    expect(cookies).toEqual(['b=own; z=9', 'b=own; z=9; a=1']);
  });

  test('change and disappear as responses set them; forget removes all', async () => {
    let served = 0;
    const server = await serve(kind, (_, answer) => {
      served++;
      answer.writeHead(200, served < 5 ? { 'set-cookie': served === 3 ? 'n=; Max-Age=0' : `n=${served}` } : {});
      answer.end();
    });
    const { session, probe } = await openProbe(optionsFor(kind, server, { cookies: true, redirects: 0 }));
    for (let n = 0; n < 5; n++) await probe.request(n);
    session.forget();
    await probe.request(5);
    session.reconnect();
    await probe.request(6);
    const sent = server.seen.map(({ headers }) => headers['cookie']);
    expect(sent).toEqual([undefined, 'n=1', 'n=2', undefined, 'n=4', undefined, undefined]);
    expect(server.connections).toBe(2);
  });

  test('of a redirect are sent with the next hop, and belong to one session', async () => {
    const server = await serve(kind, ({ url, headers }, answer) => {
      if (url === '/start') answer.writeHead(302, { location: '/home', 'set-cookie': 'sid=abc; Path=/' });
      else answer.writeHead(headers['cookie'] === undefined ? 401 : 200);
      answer.end();
    });
    const first = await openProbe(optionsFor(kind, server, { cookies: true }));
    expect(await first.probe.request(0)).toBe('ok');
    const second = await openProbe(optionsFor(kind, server, { cookies: true, path: '/home' }));
    expect(await second.probe.request(0)).toBe('status_4xx');
    const without = await openProbe(optionsFor(kind, server, { cookies: false }));
    expect(await without.probe.request(0)).toBe('status_4xx');
  });
});

test('a session with redirects through a proxy of plain HTTP asks the proxy for each hop', async () => {
  const proxy = await serve('http', ({ url }, answer) => {
    if (url === 'http://a.invalid/start') answer.writeHead(302, { location: 'http://b.invalid/end?q=1' });
    answer.end();
  });
  const options = httpOptions('http://a.invalid', {
    http: { path: '/start', redirects: 2, proxy: `http://user:pass@127.0.0.1:${proxy.port}` },
  });
  const { probe } = await openProbe(options);
  expect(await probe.request(0)).toBe('ok');
  expect(proxy.seen.map(({ url, headers }) => [url, headers['host'], headers['proxy-authorization']])).toEqual([
    ['http://a.invalid/start', 'a.invalid', 'Basic dXNlcjpwYXNz'],
    ['http://b.invalid/end?q=1', 'b.invalid', 'Basic dXNlcjpwYXNz'],
  ]);
});
