import { expect, it } from 'vitest';
import { protocolNameOf } from '../../src/push-catalog.ts';

it.each([
  ['http://vm:8428', 'prometheus_text'],
  ['http://vm:8428/api/v1/import/prometheus', 'prometheus_text'],
  ['http://proxy/some/where', 'prometheus_text'],
  ['http://gateway:9091/metrics/job/loadbot', 'pushgateway'],
  ['http://proxy/gateway/metrics/job@base64/bG9hZA/team/shop', 'pushgateway'],
  ['http://prometheus:9090/api/v1/write', 'remote_write'],
  ['http://mimir/api/v1/push', 'remote_write'],
  ['http://vm:8480/insert/0/prometheus/api/v1/write/', 'remote_write'],
  ['http://collector:4318/v1/metrics', 'otlp'],
  ['http://prometheus:9090/api/v1/otlp/v1/metrics', 'otlp'],
])('%s is for %s', (url, protocol) => {
  expect(protocolNameOf({ url, protocol: undefined })).toBe(protocol);
});
