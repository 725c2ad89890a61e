import { join } from 'node:path';
import { PUSHGATEWAY } from './binary.ts';
import { freePort, type Service, startService } from './service.ts';

/** One family within a group, in the format of the gateway's API; numbers are text. */
interface GroupFamily {
  readonly type: string;
  readonly metrics: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value?: string;
    readonly count?: string;
    readonly sum?: string;
    readonly buckets?: Readonly<Record<string, string>>;
  }[];
}

/** A group: its labels, and its families by name. */
interface Group {
  readonly labels: Readonly<Record<string, string>>;
  family(name: string): GroupFamily;
}

/** A Pushgateway of a test's own. */
export interface PushgatewayService extends Service {
  readonly origin: string;
  groups(): Promise<readonly Group[]>;
}

export async function startPushgateway(): Promise<PushgatewayService> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const service = await startService({
    binary: PUSHGATEWAY,
    readyUrl: `${origin}/-/ready`,
    args: (folder) => [`--web.listen-address=127.0.0.1:${port}`, `--persistence.file=${join(folder, 'metrics')}`],
  });
  return {
    ...service,
    origin,
    async groups() {
      const response = await fetch(`${origin}/api/v1/metrics`);
      const { data } = (await response.json()) as { data: readonly Record<string, unknown>[] };
      return data.map(({ labels, ...families }) => ({
        labels: labels as Group['labels'],
        family(name) {
          const family = families[name];
          if (family === undefined) throw new Error(`the group ${JSON.stringify(labels)} has no ${name}`);
          return family as GroupFamily;
        },
      }));
    },
  };
}
