import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { profilesCommand } from '../../../../src/cli/commands/profiles.ts';
import { LoadbotError } from '../../../../src/shared/errors.ts';
import { PROFILE_NAMES } from '../../../../src/plan/source-plan.ts';
import { startMisbehaving } from '../../../emulators/misbehaving-endpoint.ts';
import { type MocoEmulator, startMoco } from '../../../emulators/moco.ts';

/** Runs the command; returns its output and exit status. */
async function run(...args: readonly string[]): Promise<{ readonly lines: string[]; readonly code: number }> {
  let code = 0;
  const stdout = new PassThrough();
  const io = { stdout, stderr: new PassThrough(), env: {}, readStdin: async () => '' };
  await profilesCommand(io, { with: (given) => (code = given), now: () => {} }).parseAsync(args, { from: 'user' });
  return {
    lines: String(stdout.read() ?? '')
      .trimEnd()
      .split('\n'),
    code,
  };
}

let moco: MocoEmulator;
beforeAll(async () => {
  moco = await startMoco();
});
afterAll(() => moco.stop());

describe('profiles', () => {
  it('lists all profiles', async () => {
    const { lines, code } = await run();
    expect(lines.map((line) => line.trim().split(' ')[0])).toEqual([...PROFILE_NAMES]);
    expect(code).toBe(0);
  });

  it('shows one profile', async () => {
    const { lines } = await run('show', 'moco');
    expect(lines[0]).toBe('moco: MOCO agent (MySQL on Kubernetes)');
    expect(lines.filter((line) => /^ {2}moco_agent_\w+ +(counter|gauge|summary) /.test(line))).toHaveLength(15);
    expect(lines.join('\n')).toContain('dump_backup    moco_agent_dump_backup_in_progress == 1');
    await expect(run('show', 'mocko')).rejects.toMatchObject({ code: 'config_invalid', hint: 'did you mean `moco`?' });
  });

  it('reports an endpoint that conforms to its profile', async () => {
    const { lines, code } = await run('check', moco.url);
    expect(lines).toEqual([
      'moco (MOCO agent (MySQL on Kubernetes)): 15 of 15 documented families are there',
      'as documented',
    ]);
    expect(code).toBe(0);
  });

  it('reports deviations of an endpoint', async () => {
    const endpoint = await startMisbehaving({
      status: 200,
      body: '# TYPE moco_agent_clone_count gauge\nmoco_agent_clone_count{cluster="a"} 1\nmoco_agent_new 1\nbad\n',
    });
    const { lines, code } = await run('check', endpoint.url, '--profile', 'moco');
    await endpoint.stop();
    expect(lines[0]).toContain('1 of 15');
    expect(lines.filter((line) => line.startsWith('  missing '))).toHaveLength(14);
    expect(lines.map((line) => line.trim().replaceAll(/ {2,}/g, ' | '))).toEqual(
      expect.arrayContaining([
        'wrong type | moco_agent_clone_count | is a gauge, documented as a counter',
        'wrong labels | moco_agent_clone_count | has the label cluster, documented with the label cluster_name',
        'extra | moco_agent_new | is not documented',
        '17 differences',
        '1 line could not be read',
      ]),
    );
    expect(code).toBe(1);
  });

  test.each([
    ['something else', { status: 200, body: 'a 1\n' }, 'it has no family of any profile'],
    ['nothing', { status: 404 }, 'it cannot be read: status 404'],
  ])('finds %s', async (_, conduct, line) => {
    const endpoint = await startMisbehaving(conduct);
    expect(await run('check', endpoint.url)).toEqual({ lines: [line], code: 1 });
    await endpoint.stop();
  });

  it('sends headers', async () => {
    await run('check', moco.url.replace('//', '//bob:pw@'), '--header', 'X-Scope: load', '--header', 'x-b: c:d');
    const basic = `Basic ${Buffer.from('bob:pw').toString('base64')}`;
    expect(moco.requests.at(-1)?.headers).toMatchObject({ authorization: basic, 'x-scope': 'load', 'x-b': 'c:d' });
  });

  it('reports all invalid flags, without header values', async () => {
    const error = await run('check', 'file:///x', '--timeout', '0s', '--header', 'sesame').catch(
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof LoadbotError)) throw error;
    expect(error.problems.map(({ path }) => path)).toEqual(['the URL', '--timeout', '--header']);
    expect(JSON.stringify(error.problems)).not.toContain('sesame');
  });
});
