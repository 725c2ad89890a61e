import { expect, test } from 'vitest';
import { plan } from './planning.ts';

test('the effective workload is the file as written, with flags in the places that they override', async () => {
  const workload = {
    connection_string: 'http://${HOST}/base',
    threads: 1,
    agent: { name: 'file', labels: { a: 'b' }, grafana: { url: 'http://g', tags: ['x'] } },
    jobs: [{ type: 'write', collection: 'c', http: { headers: { 'x-key': '${KEY}' } } }],
  };
  const overrides = {
    threads: '2',
    name: 'flag',
    label: ['k=v=w'],
    metrics_export_url: ['http://u:s3cret@vm/api'],
    metrics_export_header: ['X-Key: s3cret'],
    grafana_dashboard: 'shop',
  };
  const { asRun } = await plan(workload, { overrides, env: { HOST: 'h', KEY: 's3cret' } });
  expect(asRun).toEqual({
    ...workload,
    threads: '2',
    agent: {
      name: 'flag',
      labels: { a: 'b', k: 'v=w' },
      metrics_export_url: ['http://***@vm/api'],
      grafana: { url: 'http://g', tags: ['x'], dashboard_uid: 'shop' },
    },
  });
  const bare = { connection_string: 'embedded:', jobs: [{ type: 'write', collection: 'c' }] };
  expect((await plan(bare)).asRun).toEqual(bare);
});
