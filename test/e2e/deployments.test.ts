import { readFileSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { Agent, loadbot, scratchFile } from './agent.ts';

const read = (path: string): string => readFileSync(new URL(`../../examples/${path}`, import.meta.url), 'utf8');

/** The command and the workload of an example, as deployed. */
const DEPLOYMENTS: readonly (readonly [name: string, args: readonly string[], workload: string])[] = [
  [
    'systemd',
    /^ExecStart=\S+ (.*)$/m.exec(read('systemd/loadbot-agent.service'))?.[1]?.split(' ') ?? [],
    read('systemd/load.jsonc'),
  ],
  [
    'kubernetes',
    deploymentOf('kubernetes/loadbot-agent.yaml').args.flatMap((arg) => arg.split('=')),
    deploymentOf('kubernetes/loadbot-agent.yaml').workload,
  ],
];

function deploymentOf(path: string): { readonly args: readonly string[]; readonly workload: string } {
  const [configMap, deployment] = parseAllDocuments(read(path));
  const args = deployment?.getIn(['spec', 'template', 'spec', 'containers', 0, 'args']) as
    | { toJSON(): string[] }
    | undefined;
  return {
    args: args?.toJSON() ?? [],
    workload: String(configMap?.getIn(['data', 'load.jsonc'])),
  };
}

test.each(DEPLOYMENTS)('the agent of examples/%s runs its workload and stops on request', async (_, args, text) => {
  const file = scratchFile('jsonc');
  const quick = text.replace(/"http:[^"]+"/, '"embedded:"').replace('"10m"', '"500ms"');
  expect(quick).not.toContain('10m');
  writeFileSync(file, quick);
  const instead: Readonly<Record<string, string>> = {
    '/etc/loadbot-agent/load.jsonc': file,
    '/var/lib/loadbot-agent': scratchFile('state'),
    '1234': '0',
    '9095': '0',
  };
  const agent = new Agent([
    ...args.map((arg) => instead[arg] ?? arg),
    ...(args.includes('--port') ? [] : ['--port', '0']),
  ]);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const [, uri = ''] = await agent.sees(/control: http:\/\/(127\.0\.0\.1:\d+)/);
  const [, metrics = ''] = await agent.sees(/metrics: http:\/\/(?:127\.0\.0\.1|0\.0\.0\.0)(:\d+\/metrics)/);
  await agent.sees(/is idle; start a run/);

  const { status, stdout } = await loadbot(['start', '--follow', '-u', uri]);
  // 112: on a busy machine the run doubts its own numbers.
  expect([0, 112]).toContain(status);
  expect(stdout).toMatch(/checkout: completed, 1,\d{3} requests, 0 errors/);
  const page = await (await fetch(`http://127.0.0.1${metrics}`)).text();
  expect(page).toMatch(/requests_total\{job="fill",.*\} 1000\n/);

  agent.child.kill('SIGTERM');
  expect((await agent.ended).status).toBe(0);
});
