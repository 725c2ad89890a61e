import type { Exporter, ExporterContext } from '../../../src/exporters/exporter.ts';
import { createExporters } from '../../../src/exporters/registry.ts';
import { type Fault, startReceiver } from '../../unit/exporters/receiver.ts';
import { type ContractCase, describeExporter } from './exporter-contract.ts';

function openPush(context: ExporterContext, pushUrl: string): Exporter {
  const settings = { pushUrl, pushIntervalMs: 60_000, pullPort: undefined, pullHost: '127.0.0.1' };
  const [exporter] = createExporters(settings, context);
  if (exporter === undefined) throw new Error('no exporter');
  return exporter;
}

async function openInto(faults: Fault[], context: ExporterContext): Promise<ContractCase> {
  const receiver = await startReceiver(faults);
  return {
    exporter: openPush(context, `http://anna:s3cret@127.0.0.1:${receiver.port}/?token=s3cret`),
    receive: async () => {},
    received: () =>
      receiver.accepted
        .flatMap(({ text }) => text.match(/^requests_total.*/gm) ?? [])
        .map((line) => line.replace(/ \d+$/, '')),
    close: () => receiver.stop(),
  };
}

describeExporter({
  name: 'push of Prometheus text',
  open: (context) => openInto([], context),
  openDead: (context) =>
    openInto([{ status: 503, body: 'no room for s3cret' }, ...Array<Fault>(50).fill('hang')], context),
  openUnusable: async (context) => ({
    exporter: openPush(context, 'http://anna:s3cret@:8428/api/v1/import/prometheus'),
    receive: async () => {},
    received: () => [],
    close: async () => {},
  }),
  unusable: { code: 'config_invalid', names: /not an http\(s\) URL/ },
});
