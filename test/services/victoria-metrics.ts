import { join } from 'node:path';
import { VICTORIA_METRICS } from './binary.ts';
import { queryApi, type QueryApi } from './query-api.ts';
import { freePort, type Service, startService } from './service.ts';

/** A VictoriaMetrics of a test's own. */
export interface VictoriaMetricsService extends Service, QueryApi {
  readonly origin: string;
  /** Makes pushed samples visible to queries immediately. */
  flush(): Promise<void>;
}

/** Starts a VictoriaMetrics, on a given port where a test needs it to come back on the same one. */
export async function startVictoriaMetrics(options: { readonly port?: number } = {}): Promise<VictoriaMetricsService> {
  const port = options.port ?? (await freePort());
  const origin = `http://127.0.0.1:${port}`;
  const service = await startService({
    binary: VICTORIA_METRICS,
    readyUrl: `${origin}/health`,
    args: (folder) => [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${join(folder, 'data')}`,
      '-memory.allowedBytes=64MB',
      // By default queries leave out the last 30 s.
      '-search.latencyOffset=0s',
      '-search.disableCache',
      '-loggerLevel=WARN',
    ],
  });
  return {
    ...service,
    ...queryApi(origin),
    origin,
    async flush() {
      await (await fetch(`${origin}/internal/force_flush`)).arrayBuffer();
    },
  };
}
