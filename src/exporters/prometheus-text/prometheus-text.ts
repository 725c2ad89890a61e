import { countSamples, type Labels } from '../../metrics/family.ts';
import { formatText, TEXT_CONTENT_TYPE } from '../../metrics/text.ts';
import type { PushProtocol } from '../push/protocol.ts';
import { joinTexts, splitText } from '../text-parts.ts';

const IMPORT_PATH = '/api/v1/import/prometheus';

/**
 * Prometheus text with timestamps, the import format of VictoriaMetrics. A URL without a path gets VictoriaMetrics'
 * default path; any other path is used unchanged, because receivers may be behind proxies and prefixes.
 * @param extraLabels labels that the receiver adds to every sample; they replace labels of the same name
 */
export function prometheusText(url: URL, extraLabels: Labels = {}): PushProtocol {
  const importUrl = new URL(url);
  if (importUrl.pathname === '/') importUrl.pathname = IMPORT_PATH;
  for (const [name, value] of Object.entries(extraLabels)) {
    importUrl.searchParams.append('extra_label', `${name}=${value}`);
  }
  return {
    url: importUrl.href,
    takesGzip: true,
    onlyNewest: false,
    parts: { split: (message) => splitText(message, 'sample'), join: joinTexts },
    encode: (exposition) => [
      {
        headers: { 'content-type': TEXT_CONTENT_TYPE },
        body: formatText(exposition, { timestamps: true }),
        samples: countSamples(exposition),
      },
    ],
  };
}
