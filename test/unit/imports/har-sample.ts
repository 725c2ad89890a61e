interface Entry {
  readonly url: string;
  readonly method?: string;
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly postData?: unknown;
  readonly version?: string;
}

/** An archive in the form in which Chromium exports it. */
export function chromiumHar(entries: readonly Entry[]): string {
  return JSON.stringify({
    log: {
      version: '1.2',
      creator: { name: 'WebInspector', version: '537.36' },
      pages: [{ startedDateTime: '2026-01-01T10:00:00.000Z', id: 'page_1', title: 'http://shop/', pageTimings: {} }],
      entries: entries.map(
        ({ url, method = 'GET', status = 200, type = 'fetch', headers = {}, postData, version = 'http/1.1' }) => ({
          _connectionId: '42',
          _initiator: { type: 'script', stack: { callFrames: [] } },
          _priority: 'High',
          _resourceType: type,
          cache: {},
          connection: '8080',
          pageref: 'page_1',
          request: {
            method,
            url,
            httpVersion: version,
            headers: [
              { name: ':authority', value: 'shop' },
              { name: 'Host', value: 'shop' },
              { name: 'Accept-Encoding', value: 'gzip, deflate, br' },
              { name: 'Connection', value: 'keep-alive' },
              { name: 'Sec-Fetch-Mode', value: 'cors' },
              { name: 'User-Agent', value: 'Mozilla/5.0' },
              ...Object.entries(headers).map(([name, value]) => ({ name, value })),
            ],
            queryString: [],
            cookies: [],
            headersSize: 600,
            bodySize: 0,
            ...(postData !== undefined && { postData }),
          },
          response: {
            status,
            statusText: 'OK',
            httpVersion: version,
            headers: [],
            cookies: [],
            content: { size: 2, mimeType: 'application/json', text: '{}' },
            redirectURL: '',
            headersSize: 100,
            bodySize: 2,
            _transferSize: 102,
            _error: null,
          },
          serverIPAddress: '127.0.0.1',
          startedDateTime: '2026-01-01T10:00:00.000Z',
          time: 12.3,
          timings: { blocked: 1, dns: -1, ssl: -1, connect: -1, send: 0.1, wait: 10, receive: 1 },
        }),
      ),
    },
  });
}
