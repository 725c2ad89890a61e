import { NODE_EXPORTER } from '../needs.ts';
import { freePort, type Service, startService } from './service.ts';

export { NODE_EXPORTER };

/** A node exporter of a test's own. */
export interface NodeExporterService extends Service {
  readonly origin: string;
}

export async function startNodeExporter(): Promise<NodeExporterService> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const args = (): string[] => [`--web.listen-address=127.0.0.1:${port}`];
  return { ...(await startService({ binary: NODE_EXPORTER, readyUrl: `${origin}/metrics`, args })), origin };
}
