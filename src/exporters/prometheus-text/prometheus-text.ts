import { formatText, TEXT_CONTENT_TYPE } from '../../metrics/text.ts';
import type { PushProtocol } from '../push/protocol.ts';

const IMPORT_PATH = '/api/v1/import/prometheus';

/**
 * Prometheus text with timestamps, as VictoriaMetrics imports it. A URL without a path gets VictoriaMetrics' own, any
 * other path is used as it is, since receivers stand behind proxies and under prefixes.
 */
export function prometheusText(url: URL): PushProtocol {
  const importUrl = new URL(url);
  if (importUrl.pathname === '/') importUrl.pathname = IMPORT_PATH;
  return {
    url: importUrl.href,
    encode: (exposition) => ({
      body: formatText(exposition, { timestamps: true }),
      headers: { 'content-type': TEXT_CONTENT_TYPE },
    }),
  };
}
