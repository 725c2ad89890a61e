import type { PushProtocolName } from '../../../src/push-catalog.ts';
import type { ExporterContext } from '../../../src/exporters/exporter.ts';
import { createExporters } from '../../../src/compose/create-exporters.ts';
import { decodeExportRequest, plainAttributes } from '../../unit/exporters/otlp/decode.ts';
import { basic, pushTarget } from '../../unit/exporters/push-target.ts';
import { type Fault, type ReceivedPush, startReceiver } from '../../unit/exporters/receiver.ts';
import { decodeWriteRequest } from '../../unit/exporters/remote-write/decode.ts';
import { type ContractCase, describeExporter } from './exporter-contract.ts';

/** Samples of `requests_total` in a push, as lines, without stale markers. */
type ReadLines = (push: ReceivedPush) => readonly string[];

const LINES: Readonly<Record<PushProtocolName, ReadLines>> = {
  prometheus_text: ({ text }) => (text.match(/^requests_total.*/gm) ?? []).map((line) => line.replace(/ \d+$/, '')),
  pushgateway: ({ text }) =>
    (text.match(/^requests_total.*/gm) ?? []).map((line) => line.replace('workload_job', 'job')),
  remote_write: ({ body }) =>
    decodeWriteRequest(body).series.flatMap(({ labels, value }) =>
      typeof value === 'bigint' ? [] : [`requests_total{job="${new Map(labels).get('job')}"} ${value}`],
    ),
  otlp: ({ body }) =>
    decodeExportRequest(body).metrics.flatMap(({ sum }) =>
      (sum?.points ?? []).flatMap((point) =>
        point.flags === 1 ? [] : [`requests_total{job="${plainAttributes(point)['job']}"} ${point.value}`],
      ),
    ),
};

async function openInto(protocol: PushProtocolName, faults: Fault[], context: ExporterContext): Promise<ContractCase> {
  const receiver = await startReceiver(faults);
  const target = pushTarget(`${receiver.origin}/?token=s3cret`, { protocol, headers: basic('anna', 's3cret') });
  const settings = {
    pushTargets: [target],
    pullPort: undefined,
    pullHost: '',
    labelRules: { added: { instance: 'of the test' } },
  };
  const [exporter] = await createExporters(settings, 'a1', context);
  if (exporter === undefined) throw new Error('no exporter');
  return {
    exporter,
    receive: async () => {},
    received: () => receiver.accepted.flatMap((push) => (push.method === 'DELETE' ? [] : LINES[protocol](push))),
    close: () => receiver.stop(),
  };
}

for (const protocol of Object.keys(LINES) as PushProtocolName[]) {
  describeExporter({
    name: `push of ${protocol}`,
    open: (context) => openInto(protocol, [], context),
    openDead: (context) =>
      openInto(protocol, [{ status: 503, body: 'no room for s3cret' }, ...Array<Fault>(50).fill('hang')], context),
    unusable: 'told when the plan is made',
  });
}
