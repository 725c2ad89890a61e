import type { Browser } from '../e2e/browser.ts';

type HeaderRecord = Readonly<Record<string, string>>;

interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderRecord;
  readonly postData?: string;
}

interface HarEntry {
  readonly request: SentRequest;
  status: number;
  headers: HeaderRecord;
}

/** Records the requests of a browser as its network panel does, in the format HAR 1.2. */
export class HarRecording {
  readonly #entries: HarEntry[] = [];
  /** Last request of each id: a redirect uses the id again. */
  readonly #latest = new Map<string, HarEntry>();

  constructor(browser: Browser) {
    browser.onEvent((method, params) => {
      const id = String(params['requestId']);
      if (method === 'Network.requestWillBeSent') {
        if (params['redirectResponse'] !== undefined) this.#answer(id, params['redirectResponse']);
        const entry = { request: params['request'] as SentRequest, status: 0, headers: {} };
        this.#entries.push(entry);
        this.#latest.set(id, entry);
      }
      if (method === 'Network.responseReceived') this.#answer(id, params['response']);
    });
  }

  /** Method and path of each request, in order. */
  get requests(): readonly string[] {
    return this.#entries.map(({ request: { method, url } }) => `${method} ${new URL(url).pathname}`);
  }

  toText(): string {
    const entries = this.#entries.map(({ request, status, headers }) => ({
      startedDateTime: '2026-01-01T00:00:00.000Z',
      time: 1,
      request: {
        method: request.method,
        url: request.url,
        httpVersion: 'http/1.1',
        headers: pairs(request.headers),
        queryString: pairs(Object.fromEntries(new URL(request.url).searchParams)),
        ...(request.postData !== undefined && {
          postData: { mimeType: request.headers['Content-Type'] ?? '', text: request.postData },
        }),
      },
      response: { status, headers: pairs(headers) },
    }));
    return JSON.stringify({ log: { version: '1.2', creator: { name: 'test', version: '1' }, entries } });
  }

  #answer(id: string, response: unknown): void {
    const entry = this.#latest.get(id);
    const { status, headers } = response as { readonly status: number; readonly headers: HeaderRecord };
    if (entry !== undefined) Object.assign(entry, { status, headers });
  }
}

function pairs(record: HeaderRecord): readonly { readonly name: string; readonly value: string }[] {
  return Object.entries(record).map(([name, value]) => ({ name, value }));
}
