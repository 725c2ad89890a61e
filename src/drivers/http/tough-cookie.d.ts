/** The part of the library that cookies need; all calls are synchronous with its store in memory. */
declare module 'tough-cookie' {
  export class CookieJar {
    getCookieStringSync(url: string): string;
    setCookieSync(cookie: string, url: string, options?: { readonly ignoreError?: boolean }): unknown;
  }
}
