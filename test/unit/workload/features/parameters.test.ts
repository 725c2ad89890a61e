import { describe, expect, test } from 'vitest';
import { line, type Loading, load, problemsOf } from '../loading.ts';
import { plan, planJob } from '../planning.ts';

const JOB = { name: 'j', type: 'read', collection: 'c', http: { path: '/' } };

function fileOf(parameters: object, job: object = {}, more: object = {}): string {
  return JSON.stringify({ parameters, connection_string: 'http://h', jobs: [{ ...JOB, ...job }], ...more });
}

async function linesOf(text: string, loading: Loading = {}): Promise<string[]> {
  return (await problemsOf(text, loading)).map(line);
}

describe('a value', () => {
  const file = (): string => fileOf({ RATE: { default: '100/s' }, N: 5, H2: false }, { pace: '${RATE}' });

  test('is that of the flag, or of the environment, or the default', async () => {
    const rateOf = async (loading: Loading): Promise<unknown> =>
      (await load(file(), loading)).parameters.map(({ name, value, origin }) => [name, value, origin])[0];
    const env = { LOADBOT_PARAM_RATE: '2/s', RATE: '9/s' };
    expect(await rateOf({})).toEqual(['RATE', '100/s', 'default']);
    expect(await rateOf({ env })).toEqual(['RATE', '2/s', 'variable']);
    expect(await rateOf({ env, parameters: ['RATE=3/s'] })).toEqual(['RATE', '3/s', 'flag']);
  });

  test('may contain =, blanks and #, and starts no tag', async () => {
    const { jobs } = await plan(fileOf({ Q: '' }, { http: { path: '/?q=${Q}' } }), { parameters: ['Q= a=#int(1,2) '] });
    expect(jobs[0]).toMatchObject({ mix: [{ http: { path: '/?q= a=##int(1,2) ' } }] });
  });

  test('becomes a number or a boolean where the field needs one', async () => {
    const parameters = { N: 7, PACE: 0.5, VERIFY: true };
    const job = await planJob(
      { connections: '${N}', pace: '${PACE}', http: { path: '/', tls: { insecure_skip_verify: '${VERIFY}' } } },
      { parameters, connection_string: 'https://h' },
    );
    expect([job.connections, job.http.tls.insecureSkipVerify]).toEqual([7, true]);
    expect(job.pacing).toMatchObject({ segments: [{ toRate: 0.5 }] });
  });

  test('replaces the environment variable of its name; its default may contain others', async () => {
    const text = fileOf({ A: 'x-${B}' }, { http: { path: '/${A}/${B}' } });
    const { jobs } = await plan(text, { env: { A: 'no', B: 'b' } });
    expect(jobs[0]).toMatchObject({ mix: [{ http: { path: '/x-b/b' } }] });
  });

  test('that replaces a default does not need the variables in the default', async () => {
    expect(await linesOf(fileOf({ A: '${NOPE}' }), { parameters: ['A=x'] })).toEqual([]);
    expect(await linesOf(fileOf({ A: { default: '${NOPE}' } }))).toEqual([
      expect.stringContaining('parameters.A.default: the environment variable NOPE is not set'),
    ]);
  });

  test('fills variables of flags', async () => {
    const overrides = { connection_string: 'http://${HOST}:1', label: ['team=${TEAM}'] };
    const made = await plan(fileOf({ HOST: 'a', TEAM: 'b' }), { overrides });
    expect([made.target.url, made.metrics.labelRules.added]).toEqual(['http://a:1', { team: 'b' }]);
    const failed = plan(fileOf({}), { overrides: { label: ['a=${NOPE}'], name: '${NOPE}' } });
    await expect(failed).rejects.toMatchObject({
      problems: [
        { path: '--name', message: 'the environment variable NOPE is not set' },
        { path: '--label', message: 'the environment variable NOPE is not set' },
      ],
    });
  });

  test('is shown in the workload of the result', async () => {
    const text = fileOf({ RATE: { default: 1, description: 'd' }, N: 2, KEEP: 3, TOKEN: 'hidden-default' });
    const { asRun } = await plan(text, { parameters: ['RATE=5'], env: { LOADBOT_PARAM_N: '6' } });
    expect(asRun).toMatchObject({
      parameters: {
        RATE: { default: '5', description: 'd' },
        N: { default: '6' },
        KEEP: 3,
        TOKEN: { default: '***', secret: true },
      },
    });
  });
});

describe('errors', () => {
  test('name the flag and suggest a similar name', async () => {
    const parameters = ['RAT=1', 'RATE', 'RATE=1', 'RATE=2', 'zebra=se-cret'];
    expect(await linesOf(fileOf({ RATE: 1, USERS: 2 }), { parameters })).toEqual([
      ' --param: the workload has no parameter `RAT` (did you mean `RATE`?)',
      ' --param: must be NAME=VALUE (such as --param RATE=200/s)',
      ' --param: `RATE` is given twice (keep one of the two)',
      ' --param: the workload has no parameter `zebra` (it has RATE, USERS)',
    ]);
    expect(await linesOf(fileOf({}), { parameters: ['A=1'] })).toEqual([
      ' --param: the workload has no parameter `A` (declare it in `parameters` of the file, such as { "RATE": "100/s" })',
    ]);
  });

  test('have the position of the use, the name and the way to set it', async () => {
    const text = `{ "parameters": { "RATE": {}, "MUST": { "required": true } },
  "connection_string": "http://h",
  "jobs": [{ "type": "write", "collection": "c", "pace": "\${RATE}", "timeout": "\${RAET}" }] }`;
    expect(await linesOf(text)).toEqual([
      'load.jsonc:1:31 parameters.MUST: has no value (give --param MUST=VALUE, or set LOADBOT_PARAM_MUST)',
      expect.stringMatching(/^load.jsonc:3:58 jobs\[0\].pace: the parameter RATE has no value \(give --param RATE=/),
      expect.stringMatching(/jobs\[0\].pace: must be /),
      expect.stringMatching(/jobs\[0\].timeout: the environment variable RAET is not set \(did you mean \$\{RATE\}\?/),
      expect.stringMatching(/jobs\[0\].timeout: must be /),
    ]);
  });

  test('refer to values after expansion', async () => {
    const text = fileOf({ RATE: 'fast' }, { pace: '${RATE}' });
    expect(await linesOf(text)).toEqual([expect.stringMatching(/jobs\[0\].pace: must be .*it is "fast"/)]);
  });

  test('report the form of a parameter', async () => {
    const text = fileOf({ '1A': 1, B: { defualt: 1 }, C: ['x'], D: { default: {} }, E: { secret: 'yes' } });
    expect(await linesOf(text)).toEqual([
      expect.stringMatching(/parameters.1A: "1A" must be a name of letters, digits and _/),
      expect.stringMatching(/parameters.B.defualt: `defualt` is not a known field \(did you mean `default`\?\)/),
      expect.stringMatching(/parameters.C: must be text, a number or a boolean, or an object; it is a list \(such as/),
      expect.stringMatching(/parameters.D.default: must be text, a number or a boolean; it is an object/),
      expect.stringMatching(/parameters.E.secret: must be true or false; it is "yes"/),
    ]);
  });

  test('are equal in YAML', async () => {
    const text =
      'parameters:\n  RATE: { default: fast }\nconnection_string: http://h\njobs:\n  - { type: write, collection: c, pace: "${RATE}" }\n';
    expect(await linesOf(text, { source: 'load.yaml' })).toEqual([
      expect.stringMatching(/^load.yaml:5:41 jobs\[0\].pace: must be .*it is "fast"/),
    ]);
  });

  test('report a field name with a parameter as it is written', async () => {
    const text = fileOf({ A: 'x' }, { http: { method: 'POST', path: '/', body: { '${A}': 'v', '${NOPE}': 'v' } } });
    expect(await linesOf(text)).toEqual([
      expect.stringMatching(/body\["\$\{A\}"\]: a field name cannot contain a variable/),
      expect.stringMatching(/body\["\$\{NOPE\}"\]: a field name cannot contain a variable/),
    ]);
  });
});

describe('a secret', () => {
  const VALUE = 'canary-'.padEnd(90, 'x');
  const secret = { TOKEN: { secret: true } };
  const given = { parameters: [`TOKEN=${VALUE}`] };

  test.each([
    [{ pace: '${TOKEN}' }],
    [{ filter: '${TOKEN}' }],
    [{ name: 'a ${TOKEN}' }],
    [{ http: { method: '${TOKEN}', path: '/' } }],
    [{ http: { path: '${TOKEN}', headers: '${TOKEN}' } }],
    [{ timeout: 'x${TOKEN}y' }],
    [{ schema: '${TOKEN}' }],
    [{ http: { path: '/#int(${TOKEN})' } }],
  ])('does not appear in the messages about %j', async (job) => {
    const lines = await linesOf(fileOf(secret, job), given);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('\n')).not.toContain('canary');
  });

  test('is refused where reports show it', async () => {
    const more = { agent: { name: '${TOKEN}', labels: { a: '${TOKEN}' } }, connection_string: 'http://${TOKEN}/' };
    expect(await linesOf(fileOf(secret, { name: '${TOKEN}', pace: '${TOKEN}' }, more), given)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('agent.name: is shown in reports, and `TOKEN` is a secret parameter'),
        expect.stringContaining('agent.labels.a: is shown in reports'),
        expect.stringContaining('connection_string: shows host and path in reports'),
        expect.stringContaining('jobs[0].name: is shown in reports'),
      ]),
    );
    const overrides = { label: ['a=${TOKEN}'], connection_string: 'http://h/${TOKEN}' };
    await expect(plan(fileOf(secret), { ...given, overrides })).rejects.toMatchObject({
      problems: [
        { path: '--connection_string', message: 'shows host and path in reports, and `TOKEN` is a secret parameter' },
        { path: '--label', message: 'is shown in reports, and `TOKEN` is a secret parameter' },
      ],
    });
  });

  test('may stand in requests, documents, credentials and headers, and is masked later', async () => {
    const job = { http: { path: '/${TOKEN}', headers: { a: '${TOKEN}' }, auth: { bearer: '${TOKEN}' } } };
    const more = { connection_string: 'http://u:${TOKEN}@h' };
    const made = await plan(fileOf(secret, job, more), given);
    expect(made.secrets).toContain(VALUE);
    expect(JSON.stringify(made.asRun)).not.toContain('canary');
    const base64 = await plan(
      fileOf(secret, { http: { path: '/', auth: { basic: { username: 'u', password: '${TOKEN}' } } } }),
      given,
    );
    expect(base64.secrets).toContain(Buffer.from(`u:${VALUE}`).toString('base64'));
  });

  test('is detected by its name unless the file sets `secret`', async () => {
    const { parameters } = await load(
      fileOf({ API_KEY: 'long', PASSWORD: { secret: false }, RATE: 1, X: secret.TOKEN }),
    );
    expect(parameters.map(({ isSecret }) => isSecret)).toEqual([true, false, false, true]);
  });

  test('must be long enough to be masked', async () => {
    expect(await linesOf(fileOf({ TOKEN: 'abc' }))).toEqual([
      expect.stringMatching(/parameters.TOKEN: is secret, and its value has fewer than 4 characters.*\(give a longer/),
    ]);
    expect(await linesOf(fileOf({ TOKEN: '' }))).toEqual([]);
  });
});
