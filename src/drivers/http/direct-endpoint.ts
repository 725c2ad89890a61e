import { LoadbotError } from '../../shared/errors.ts';
import type { TlsOptions } from '../../shared/network/destination.ts';
import type { DriverOptions } from '../driver.ts';
import { type Endpoint, resolveEndpoint } from './endpoint.ts';

/**
 * Resolves the endpoint of a target of another driver that is reached over HTTP, without proxy.
 * @param origin http or https
 * @param tls from `driver_options`
 * @throws {LoadbotError} when a certificate or a key cannot be used
 */
export function resolveDirectEndpoint(
  options: DriverOptions,
  origin: string,
  version: 1 | 2,
  tls: TlsOptions,
): Endpoint {
  const http = { ...options.http, version, tls, proxy: undefined, unixSocket: undefined, connectTo: {} };
  try {
    return resolveEndpoint({ ...options, http, target: { ...options.target, url: origin } });
  } catch (error) {
    if (!(error instanceof LoadbotError) || error.field === undefined) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new LoadbotError(error.code, error.message, { ...hint, field: ['driver_options', 'tls'] });
  }
}
