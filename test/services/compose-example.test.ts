import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { Agent, readResult, scratchFile } from '../e2e/agent.ts';
import { describeWithServices } from './binary.ts';
import { DEPLOYMENT_SCHEMAS, problemsOfCompose } from './deployment-schemas.ts';
import { findBinary } from '../needs.ts';
import { NATS } from './nats.ts';
import { eventually, freePort } from './service.ts';

interface ComposeFile {
  readonly services: Readonly<Record<string, { readonly command: readonly string[] } | undefined>>;
}

const EXAMPLE = new URL('../../examples/fleet/compose.yaml', import.meta.url);

function readExample(): ComposeFile {
  return parse(readFileSync(EXAMPLE, 'utf8'), { merge: true }) as ComposeFile;
}

describeWithServices('examples/fleet/compose.yaml', [NATS, DEPLOYMENT_SCHEMAS], () => {
  it('is a valid Compose file; the schema refuses a wrong field', () => {
    const file = readExample();
    expect(problemsOfCompose(file)).toEqual([]);
    const wrong = { ...file, services: { ...file.services, nats: { ...file.services['nats'], comand: [] } } };
    expect(problemsOfCompose(wrong)).toEqual(['compose/services/nats: must NOT have additional properties (comand)']);
  });

  it('the commands of all services make one run', async () => {
    const { services } = readExample();
    const names = ['nats', 'target', 'agent-1', 'agent-2', 'agent-3', 'agent-4', 'run'];
    expect(Object.keys(services)).toEqual(names);
    const ports = { 4222: await freePort(), 8080: await freePort(), 8222: await freePort() };
    const here = (text: string) =>
      Object.entries(ports).reduce((all, [port, free]) => all.replace(port, `${free}`), text);
    const workload = scratchFile('jsonc');
    const load = fileURLToPath(new URL('load.jsonc', EXAMPLE));
    writeFileSync(workload, here(readFileSync(load, 'utf8')));
    const args = (name: string) =>
      services[name]?.command.map((arg) => (arg === '/etc/loadbot-agent/load.jsonc' ? workload : here(arg))) ?? [];

    const nats = spawn(findBinary(NATS.name) ?? NATS.name, args('nats'), { stdio: 'ignore' });
    onTestFinished(() => void nats.kill('SIGKILL'));
    await eventually(async () => {
      const response = await fetch(`http://127.0.0.1:${ports[8222]}/healthz`).catch(() => undefined);
      return response?.ok === true ? true : undefined;
    });
    const started = names.slice(1, -1).map((name) => new Agent(args(name)));
    onTestFinished(() => started.forEach(({ child }) => child.kill('SIGKILL')));
    await started[0]?.sees(/http:\/\/127\.0\.0\.1/);

    const out = scratchFile('json');
    const ended = await new Agent([...args('run'), '--out', out]).ended;
    expect(ended.status, ended.stderr + ended.stdout).toBe(0);
    expect(readResult(out).jobs.map(({ name, requests, errors }) => [name, requests, errors])).toEqual([
      ['fill', 400, 0],
      ['reads', 1000, 0],
    ]);
    const target = `http://127.0.0.1:${ports[8080]}/_target`;
    expect(await (await fetch(target)).json()).toMatchObject({ documents: { users: 400 }, requests: 1400 });
  });
});
