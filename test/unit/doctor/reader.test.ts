import { expect, it } from 'vitest';
import { baseOf, queryBasesOf } from '../../../src/doctor/reader.ts';

it.each([
  ['http://vm:8428', 'http://vm:8428'],
  ['http://vm:8428/api/v1/import/prometheus', 'http://vm:8428'],
  ['http://vm:8428/api/v1/import/prometheus/metrics/job/x?extra_label=a=b', 'http://vm:8428'],
  ['http://proxy/vm/api/v1/write/', 'http://proxy/vm'],
  ['http://mimir/api/v1/push', 'http://mimir'],
  ['http://vm:8428/opentelemetry/v1/metrics', 'http://vm:8428'],
  ['http://vm:8428/opentelemetry/api/v1/push', 'http://vm:8428'],
  ['http://prometheus:9090/api/v1/otlp/v1/metrics', 'http://prometheus:9090'],
  ['http://mimir/otlp/v1/metrics', 'http://mimir'],
  ['http://collector:4318/v1/metrics', 'http://collector:4318'],
  ['http://proxy/gateway/metrics/job/nightly/team/shop', 'http://proxy/gateway'],
  ['http://gateway:9091/metrics/job@base64/YQ/agent/b', 'http://gateway:9091'],
  ['http://gateway:9091/metrics', 'http://gateway:9091'],
  ['http://any/thing/else', 'http://any'],
])('the base URL of %s is %s', (pushUrl, base) => {
  expect(baseOf(pushUrl)).toBe(base);
});

it('queries the read path of a cluster', () => {
  const pushUrl = 'http://auth:8427/insert/7:3/prometheus/api/v1/import/prometheus';
  expect(queryBasesOf(pushUrl)).toEqual(['http://auth:8427/select/7:3/prometheus']);
  expect(queryBasesOf('http://auth/insert/0/opentelemetry/v1/metrics')).toEqual([
    'http://auth/select/0',
    'http://auth/select/0/prometheus',
  ]);
});
