import { createPullExporter } from '../../../src/exporters/pull/pull-exporter.ts';
import type { Exporter, ExporterContext } from '../../../src/exporters/exporter.ts';
import { type ContractCase, describeExporter } from './exporter-contract.ts';

/** A scraper that scrapes on request, like Prometheus. */
function scrapeBy(exporter: Exporter, visits = Infinity): ContractCase {
  const lines: string[] = [];
  let left = visits;
  return {
    exporter,
    async receive() {
      if (left-- <= 0) return;
      const headers = { 'user-agent': 'Prometheus/2.42.0', 'x-prometheus-scrape-timeout-seconds': '10' };
      const response = await fetch(exporter.where, { headers: { ...headers, connection: 'close' } });
      lines.push(...((await response.text()).match(/^requests_total.*/gm) ?? []));
    },
    received: () => lines,
    close: async () => {},
  };
}

function openPull(context: ExporterContext, port = 0): Exporter {
  return createPullExporter({ host: '127.0.0.1', port }, context);
}

describeExporter({
  name: 'pull',
  open: async (context) => scrapeBy(openPull(context)),
  openDead: async (context) => scrapeBy(openPull(context), 1),
  unusable: {
    async open(context) {
      const holder = openPull(context);
      await holder.start();
      const { port } = new URL(holder.where);
      const second = openPull(context, Number(port));
      // The port is let go only once the second has failed to get it.
      const start = async (): Promise<void> => {
        try {
          await second.start();
        } finally {
          await holder.stop(0);
        }
      };
      return scrapeBy({
        where: second.where,
        start,
        announce: () => second.announce(),
        stop: (deadlineMs) => second.stop(deadlineMs),
      });
    },
    code: 'port_in_use',
    names: /cannot listen on 127\.0\.0\.1:\d+/,
  },
});
