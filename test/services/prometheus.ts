import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROMETHEUS } from './binary.ts';
import { queryApi, type QueryApi } from './query-api.ts';
import { freePort, type Service, startService } from './service.ts';

/** A Prometheus of a test's own. */
export interface PrometheusService extends Service, QueryApi {
  readonly origin: string;
  /** Errors of the last scrape, by target address; empty text when it went well, no entry before the first. */
  scrapeErrors(): Promise<ReadonlyMap<string, string>>;
}

/** Either the targets (`host:port`) to scrape once a second, or a whole configuration file. */
export type PrometheusSpec = { readonly scrape: readonly string[] } | { readonly configuration: string };

/** Starts a Prometheus that scrapes with `honor_labels`. @param flags such as `--web.enable-remote-write-receiver` */
export async function startPrometheus(spec: PrometheusSpec, flags: readonly string[] = []): Promise<PrometheusService> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const service = await startService({
    binary: PROMETHEUS,
    readyUrl: `${origin}/-/ready`,
    async args(folder) {
      const file = join(folder, 'prometheus.yml');
      await writeFile(file, 'scrape' in spec ? scrapeConfiguration(spec.scrape) : spec.configuration);
      return [
        `--config.file=${file}`,
        `--web.listen-address=127.0.0.1:${port}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        '--log.level=warn',
        ...flags,
      ];
    },
  });
  return { ...service, ...queryApi(origin), origin, scrapeErrors: () => readScrapeErrors(origin) };
}

function scrapeConfiguration(targets: readonly string[]): string {
  // JSON is YAML.
  return JSON.stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [{ job_name: 'loadbot', honor_labels: true, static_configs: [{ targets }] }],
  });
}

async function readScrapeErrors(origin: string): Promise<ReadonlyMap<string, string>> {
  const response = await fetch(`${origin}/api/v1/targets`);
  const answer = (await response.json()) as {
    data: { activeTargets: { scrapeUrl: string; lastError: string; health: string }[] };
  };
  return new Map(
    answer.data.activeTargets
      .filter(({ health }) => health !== 'unknown')
      .map(({ scrapeUrl, lastError }) => [new URL(scrapeUrl).host, lastError]),
  );
}
