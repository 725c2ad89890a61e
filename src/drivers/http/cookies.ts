import type { CookieJar } from 'tough-cookie';

/** Cookies of one user (RFC 6265). */
export class Cookies {
  readonly #createJar: () => CookieJar;
  #jar: CookieJar | undefined;
  /** `set-cookie` values of the last response, and its URL. */
  #received: readonly string[] = [];
  #receivedFrom = '';

  constructor(createJar: () => CookieJar) {
    this.#createJar = createJar;
  }

  /** Keeps the `set-cookie` values of a response. They are parsed with the next request, before its time starts. */
  receive(values: readonly string[], url: URL): void {
    this.#store();
    this.#received = values;
    this.#receivedFrom = url.href;
  }

  /**
   * Returns the `cookie` header of a request; `undefined`: none.
   * @param own `cookie` header that the request has by itself; its cookies replace those of the same name
   */
  headerFor(url: URL, own: string | undefined): string | undefined {
    this.#store();
    const stored = this.#jar?.getCookieStringSync(url.href) ?? '';
    if (stored === '') return own;
    if (own === undefined) return stored;
    const names = new Set(own.split(';').map(nameOf));
    const others = stored.split('; ').filter((pair) => !names.has(nameOf(pair)));
    return [own, ...others].join('; ');
  }

  clear(): void {
    this.#jar = undefined;
    this.#received = [];
  }

  #store(): void {
    if (this.#received.length === 0) return;
    const jar = (this.#jar ??= this.#createJar());
    // Invalid cookies, and those of another domain, are ignored as by browsers.
    for (const value of this.#received) jar.setCookieSync(value, this.#receivedFrom, { ignoreError: true });
    this.#received = [];
  }
}

function nameOf(pair: string): string {
  return pair.split('=', 1)[0]!.trim(); // a split has at least one part
}
