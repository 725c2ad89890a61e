import { httpUrlFault } from '../config/http-url.ts';
import { LoadbotError } from '../core/errors.ts';
import type { QueryPlace } from '../exporters/doctor/case.ts';
import { requireEnvironmentProxy } from '../plan/proxy.ts';
import { takeCredentials } from '../plan/push-target.ts';

/**
 * Where `doctor` reads back what it has pushed.
 * @throws {LoadbotError} `config_invalid`; nothing of the URL is repeated
 */
export function readQueryUrl(text: string): QueryPlace {
  // Paths are appended to it.
  const fault = httpUrlFault(text, { query: false });
  if (fault !== undefined) {
    const hint = fault.hint ?? 'give what /api/v1/query stands under, such as http://prometheus:9090';
    throw new LoadbotError('config_invalid', `--query_url ${fault.message}`, { hint });
  }
  const { url, headers } = takeCredentials(text);
  return { url, headers, proxy: requireEnvironmentProxy(url) };
}
