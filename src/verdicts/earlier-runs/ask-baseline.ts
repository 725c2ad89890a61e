import { LoadbotError } from '../../core/errors.ts';
import { askPrometheus, type PrometheusServer, type Series } from '../prometheus-api.ts';

export const SELECTOR_HINT = 'select runs by their labels, such as loadbot_run_info{branch="main"}';

/**
 * What the server answers.
 * @throws {LoadbotError} `config_invalid` when it does not understand the question, `server_unreachable` when that is nothing else
 * that can be used
 */
export async function askBaseline(
  server: PrometheusServer,
  path: 'query' | 'query_range',
  parameters: Readonly<Record<string, string>>,
): Promise<readonly Series[]> {
  const answer = await askPrometheus(server, path, parameters);
  if ('series' in answer) return answer.series;
  const { silence, status } = answer;
  const message = `the baseline cannot be read: ${silence}`;
  if (status === 400 || status === 422) throw new LoadbotError('config_invalid', message, { hint: SELECTOR_HINT });
  throw new LoadbotError('server_unreachable', message, { hint: hintOf(status) });
}

function hintOf(status: number | undefined): string {
  switch (status) {
    case undefined:
      return 'is the server up, and can it be reached from here?';
    case 401:
    case 403:
      return 'credentials stand in the URL, which may hold ${ENV_NAME}: https://user:${PASSWORD}@host';
    default:
      return 'give what /api/v1/query stands under, such as http://prometheus:9090 or http://vmselect:8481/select/0/prometheus';
  }
}
