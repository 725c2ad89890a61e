import { takeCredentials } from '../workload/features/server.ts';
import { httpUrlFault } from '../workload/http-url.ts';
import { LoadbotError } from '../shared/errors.ts';
import type { QueryEndpoint } from '../doctor/examination.ts';
import { requireEnvironmentProxy } from '../workload/features/connection.ts';

/**
 * URL at which `doctor` reads its sample back.
 * @throws {LoadbotError} `config_invalid`; the message does not repeat the URL
 */
export function readQueryUrl(text: string): QueryEndpoint {
  // Paths are appended to it.
  const fault = httpUrlFault(text, { query: false });
  if (fault !== undefined) {
    const hint = fault.hint ?? 'give the base URL of /api/v1/query, such as http://prometheus:9090';
    throw new LoadbotError('config_invalid', `--query_url ${fault.message}`, { hint });
  }
  const { url, headers } = takeCredentials(text);
  return { url, headers, proxy: requireEnvironmentProxy(url) };
}
