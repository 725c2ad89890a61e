import type { RequestCheck } from '../driver.ts';
import { type Endpoint, resolveEndpoint } from './endpoint.ts';
import { RequestWriter } from './request-writer.ts';

/** Creates the check of requests over HTTP. It caches endpoints: parsing certificates is slow and most jobs share them. */
export function httpRequestCheck(): RequestCheck {
  const endpoints = new Map<string, Endpoint>();
  return (options) => {
    const { version, tls, proxy, unixSocket } = options.http;
    const key = JSON.stringify([version, tls, proxy, unixSocket]);
    const endpoint = endpoints.get(key) ?? resolveEndpoint(options);
    endpoints.set(key, endpoint);
    for (const operation of options.operations) void new RequestWriter(options, operation, endpoint);
  };
}
