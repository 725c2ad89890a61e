import { describe, expect, it } from 'vitest';
import { pushgateway } from '../../../../src/exporters/pushgateway/pushgateway.ts';
import type { Exposition } from '../../../../src/metrics/family.ts';

/** A counter for the run of each job, and a gauge of the agent. */
function expositionOf(uuids: readonly string[], value = 1): Exposition {
  const counted = uuids.map((uuid) => ({
    suffix: '',
    labels: { job: `job ${uuid}`, job_uuid: uuid, agent: 'a1' },
    value,
  }));
  return {
    epochMs: 1_700_000_000_000,
    families: [
      { name: 'requests_total', type: 'counter', help: 'Requests.', samples: counted },
      { name: 'up', type: 'gauge', help: 'Up.', samples: [{ suffix: '', labels: { agent: 'a1' }, value: 1 }] },
    ],
  };
}

const BASE = 'http://gw/metrics/job/loadbot/agent/a1';

function open(graceMs: number | 'keep' = 15_000) {
  return pushgateway(new URL('http://gw'), { agent: 'a1', graceMs: graceMs === 'keep' ? undefined : graceMs });
}

describe('pushgateway', () => {
  it('puts a group for each run and one for the agent, without timestamps, with the job label renamed', () => {
    const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
    expect(open().encode(expositionOf(['u1', 'u2'], 7))).toEqual([
      ...['u1', 'u2'].map((uuid) => ({
        url: `${BASE}/job_uuid/${uuid}`,
        method: 'PUT',
        headers,
        body: `# HELP requests_total Requests.\n# TYPE requests_total counter\nrequests_total{workload_job="job ${uuid}",job_uuid="${uuid}",agent="a1"} 7\n`,
        samples: 1,
      })),
      { url: BASE, method: 'PUT', headers, body: '# HELP up Up.\n# TYPE up gauge\nup{agent="a1"} 1\n', samples: 1 },
    ]);
  });

  it('sends only the newest, uncompressed', () => {
    expect(open()).toMatchObject({ url: BASE, takesGzip: false, onlyNewest: true });
  });

  it('deletes the group of a run that has left the exposition', () => {
    const gateway = open();
    gateway.encode(expositionOf(['u1', 'u2']));
    expect(gateway.encode(expositionOf(['u2'])).map(({ method, url, samples }) => [method, url, samples])).toEqual([
      ['PUT', `${BASE}/job_uuid/u2`, 1],
      ['PUT', BASE, 1],
      ['DELETE', `${BASE}/job_uuid/u1`, 0],
    ]);
  });

  it('deletes every group at the end, after its grace time', () => {
    const gateway = open(20_000);
    gateway.encode(expositionOf(['u1', 'u2']));
    gateway.encode(expositionOf(['u2']));
    expect(gateway.endOfRun?.graceMs).toBe(20_000);
    expect(gateway.endOfRun?.encode(0)).toEqual(
      [`${BASE}/job_uuid/u2`, BASE, `${BASE}/job_uuid/u1`].map((url) => ({
        url,
        method: 'DELETE',
        headers: {},
        body: '',
        samples: 0,
      })),
    );
  });

  it('keeps groups if configured', () => {
    const gateway = open('keep');
    gateway.encode(expositionOf(['u1']));
    expect(gateway.encode(expositionOf([])).map(({ method }) => method)).toEqual(['PUT']);
    expect(gateway.endOfRun).toBeUndefined();
  });
});
