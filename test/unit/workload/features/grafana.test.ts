import { describe, expect, test } from 'vitest';
import { failureOf } from '../loading.ts';
import { plan, type Planning } from '../planning.ts';

const JOBS = [{ type: 'write', collection: 'c' }];

async function grafanaOf(grafana: object | undefined, planning: Planning = {}, agent: object = {}) {
  const workload = { connection_string: 'embedded:', agent: { ...agent, ...(grafana && { grafana }) }, jobs: JOBS };
  return (await plan(workload, planning)).grafana;
}

async function problemsOf(grafana: object | undefined, planning: Planning = {}) {
  const { problems } = await failureOf(grafanaOf(grafana, planning));
  return problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('the Grafana of a plan', () => {
  test('is absent unless configured', async () => {
    expect(await grafanaOf(undefined)).toBeUndefined();
    expect(await grafanaOf(undefined, { env: { LOADBOT_GRAFANA_TOKEN: 't0ken' } })).toBeUndefined();
  });

  test('without credentials is used for links only', async () => {
    expect(await grafanaOf({ url: 'https://g.example.com/grafana/?orgId=2&secret=x' })).toEqual({
      url: 'https://g.example.com/grafana',
      orgId: '2',
      dashboardUid: 'loadbot-agent',
      dropped: [],
      annotations: undefined,
    });
  });

  test('with a token gets annotations, of the organization or of the named dashboard', async () => {
    const planning = { env: { TOKEN: 't0ken' } };
    const known = await grafanaOf({ url: 'http://g:3000', token: '${TOKEN}', tags: ['team:a'] }, planning);
    expect(known?.annotations).toMatchObject({
      url: 'http://g:3000',
      headers: { authorization: 'Bearer t0ken' },
      dashboardUid: undefined,
      tags: ['team:a'],
      tls: { insecureSkipVerify: false },
    });
    const named = await grafanaOf({ url: 'http://g:3000', token: 't', dashboard_uid: 'shop' });
    expect(named).toMatchObject({ dashboardUid: 'shop', annotations: { dashboardUid: 'shop' } });
    const unwanted = await grafanaOf({ url: 'http://g:3000', token: 't', annotations: false });
    expect(unwanted).toMatchObject({ annotations: undefined });
  });

  test('has a URL without its credentials', async () => {
    const authorization = `Basic ${Buffer.from('anna:p/w').toString('base64')}`;
    expect(await grafanaOf({ url: 'http://anna:p%2Fw@g:3000/' })).toMatchObject({
      url: 'http://g:3000',
      annotations: { url: 'http://g:3000', headers: { authorization } },
    });
  });

  test('the flag overrides the environment, which overrides the file', async () => {
    const file = { url: 'http://file', dashboard_uid: 'file' };
    const env = { LOADBOT_GRAFANA_URL: 'http://environment', LOADBOT_GRAFANA_TOKEN: 't0ken' };
    expect(await grafanaOf(file, { env })).toMatchObject({ url: 'http://environment', dashboardUid: 'file' });
    const overrides = { grafana_url: 'http://flag', grafana_dashboard: 'flag' };
    expect(await grafanaOf(file, { env, overrides })).toMatchObject({
      url: 'http://flag',
      dashboardUid: 'flag',
      annotations: { headers: { authorization: 'Bearer t0ken' } },
    });
  });

  test('a token of the file is sent only to the URL of the file', async () => {
    const overrides = { grafana_url: 'http://elsewhere' };
    expect(await grafanaOf({ url: 'http://file', token: 't0ken' }, { overrides })).toMatchObject({
      url: 'http://elsewhere',
      annotations: undefined,
    });
  });

  test('token and CA certificates may be read from files', async () => {
    const files: Readonly<Record<string, string>> = { '/token': 't0ken\n', '/ca.pem': 'PEM' };
    const env = { LOADBOT_GRAFANA_TOKEN_FILE: '/token', LOADBOT_GRAFANA_CA_FILE: '/ca.pem' };
    const surroundings = { readFile: (path: string) => files[path] ?? '' };
    expect(await grafanaOf({ url: 'https://g' }, { env, surroundings })).toMatchObject({
      annotations: { headers: { authorization: 'Bearer t0ken' }, tls: { ca: 'PEM' } },
    });
  });

  test('dropped labels are not variables of the link', async () => {
    expect(await grafanaOf({ url: 'http://g' }, {}, { drop_labels: ['run_id'] })).toMatchObject({
      dropped: ['run_id'],
    });
  });

  test.each<[string, object | undefined, Planning, string[]]>([
    ['no URL', { url: 'g:3000' }, {}, ['agent.grafana.url: must be an http or https URL']],
    [
      'a flag that is none',
      undefined,
      { overrides: { grafana_url: 's3cret' } },
      ['--grafana_url: must be a URL such as "http://host:port/path"'],
    ],
    [
      'a variable that is none',
      undefined,
      { env: { LOADBOT_GRAFANA_URL: 's3cret' } },
      ['LOADBOT_GRAFANA_URL: must be a URL such as "http://host:port/path"'],
    ],
    [
      'no uid',
      { url: 'http://g', dashboard_uid: 'a b' },
      {},
      [
        'agent.grafana.dashboard_uid: must be the uid of a dashboard: letters, digits, - and _, at most 40 of them; it is "a b"',
      ],
    ],
    [
      'no uid in the flag',
      { url: 'http://g' },
      { overrides: { grafana_dashboard: 'a/b' } },
      [
        '--grafana_dashboard: must be the uid of a dashboard: letters, digits, - and _, at most 40 of them; it is "a/b"',
      ],
    ],
    [
      'tags with commas',
      { url: 'http://g', tags: ['a,b'] },
      {},
      ['agent.grafana.tags[0]: must be a tag without commas, at most 100 characters long; it is "a,b"'],
    ],
    [
      'annotations without credentials',
      { url: 'http://g', annotations: true },
      {},
      ['agent.grafana.annotations: needs credentials'],
    ],
    [
      'two tokens',
      { url: 'http://g' },
      { env: { LOADBOT_GRAFANA_TOKEN: 'a', LOADBOT_GRAFANA_TOKEN_FILE: '/t' }, surroundings: { readFile: () => 'b' } },
      ['LOADBOT_GRAFANA_TOKEN: LOADBOT_GRAFANA_TOKEN_FILE is given too'],
    ],
    [
      'a token of two lines',
      { url: 'http://g' },
      { env: { LOADBOT_GRAFANA_TOKEN: 's3cret\nx' } },
      ['LOADBOT_GRAFANA_TOKEN: must be a token on one line'],
    ],
    [
      'a file that is not there',
      { url: 'http://g' },
      { env: { LOADBOT_GRAFANA_TOKEN_FILE: '/t' } },
      ['LOADBOT_GRAFANA_TOKEN_FILE: cannot read /t: no such file'],
    ],
  ])('reports %s', async (_, grafana, planning, expected) => {
    const problems = await problemsOf(grafana, planning);
    expect(problems).toEqual(expected);
    expect(problems.join()).not.toContain('s3cret');
  });
});
