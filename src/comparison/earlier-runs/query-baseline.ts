import { LoadbotError } from '../../shared/errors.ts';
import { queryPrometheus, type PrometheusServer, type QuerySeries } from '../../shared/network/prometheus-api.ts';

export const SELECTOR_HINT = 'select runs by their labels, such as loadbot_run_info{branch="main"}';

/**
 * Queries the server of the baseline.
 * @throws {LoadbotError} `config_invalid` if the server rejects the query (400, 422), `server_unreachable` for no
 * response or any other failure
 */
export async function queryBaseline(
  server: PrometheusServer,
  path: 'query' | 'query_range',
  parameters: Readonly<Record<string, string>>,
): Promise<readonly QuerySeries[]> {
  const answer = await queryPrometheus(server, path, parameters);
  if ('series' in answer) return answer.series;
  const { failure, status } = answer;
  const message = `cannot read the baseline: ${failure}`;
  if (status === 400 || status === 422) throw new LoadbotError('config_invalid', message, { hint: SELECTOR_HINT });
  throw new LoadbotError('server_unreachable', message, { hint: hintOf(status) });
}

function hintOf(status: number | undefined): string {
  switch (status) {
    case undefined:
      return 'is the server up, and can it be reached from here?';
    case 401:
    case 403:
      return 'put credentials into the URL, which may contain ${ENV_NAME}: https://user:${PASSWORD}@host';
    default:
      return 'give the base URL of /api/v1/query, such as http://prometheus:9090 or http://vmselect:8481/select/0/prometheus';
  }
}
