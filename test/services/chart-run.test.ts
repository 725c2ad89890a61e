import { execFileSync, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { Agent, loadbot, readResult, scratchFile, workloadFile } from '../e2e/agent.ts';
import { describeWithServices } from './binary.ts';
import { agentJob, expand, named } from './chart-objects.ts';
import type { KubernetesObject } from './deployment-schemas.ts';
import { HELM, renderChart, renderNotes } from './helm.ts';
import { NATS_NEWEST, startNats } from './nats.ts';
import { freePort } from './service.ts';

const VALUES = {
  agents: 2,
  agent: { allowTargets: ['127.0.0.1'], trust: { secret: 'coordinators' } },
  bus: { passwordSeed: '0123456789abcdef0123456789abcdef' },
};

/** Writes the values of a Secret as the files of a volume. */
function mountSecret(objects: readonly KubernetesObject[], name: string): string {
  const { stringData = {}, data = {} } = named(objects, 'Secret', name);
  const folder = scratchFile(name);
  mkdirSync(folder);
  for (const [key, text] of Object.entries(stringData)) writeFileSync(join(folder, key), text);
  for (const [key, text] of Object.entries(data)) writeFileSync(join(folder, key), Buffer.from(text, 'base64'));
  return folder;
}

function readCertificate(path: string): X509Certificate {
  return new X509Certificate(readFileSync(path));
}

/** A pod of the Job: the environment of its container, with the paths of this machine. */
function environmentOf(objects: readonly KubernetesObject[], index: number, password: string, tls: string) {
  const env: Record<string, string> = { AGENT_INDEX: String(index) };
  for (const { name, value } of agentJob(objects).spec.template.spec.containers[0].env) {
    if (value !== undefined) env[name] = expand(value, env);
  }
  expect(env['LOADBOT_BUS_PASSWORD_FILE']).toBe('/etc/loadbot-agent/bus/password');
  expect(env['LOADBOT_BUS_CA']).toBe('/etc/loadbot-agent/bus-tls/ca.crt');
  return {
    ...env,
    // The volume has the file of this name only.
    LOADBOT_BUS_PASSWORD_FILE: join(password, env['AGENT_NAME'] ?? ''),
    LOADBOT_BUS_CA: join(tls, 'ca.crt'),
  };
}

describeWithServices('the objects of charts/loadbot-agent', [HELM, NATS_NEWEST], () => {
  it('run a workload, with their own commands, users and certificates', async () => {
    const objects = renderChart(VALUES);
    const [config, passwords, tls] = ['config', 'agents', 'tls'].map((name) =>
      mountSecret(objects, `lb-bus-${name}`),
    ) as [string, string, string];
    const coordinator = mountSecret(objects, 'lb-bus-coordinator');
    const key = scratchFile('key');
    expect((await loadbot(['fleet', '--create_key', key])).status).toBe(0);

    const { initContainers, containers } = agentJob(objects).spec.template.spec;
    const port = await freePort();
    const here = (text: string) =>
      text
        .replace('lb-nats:4222', `localhost:${port}`)
        .replace('localhost:4222', `localhost:${port}`)
        .replace('/etc/loadbot-agent/trust/coordinator.key.pub', `${key}.pub`);
    const [node, ...waitArgs] = initContainers?.[0].command ?? [];
    expect(node).toBe('node');
    const waiting = spawn(process.execPath, waitArgs.map(here));
    const waited = once(waiting, 'exit');

    const nats = await startNats({
      binary: NATS_NEWEST,
      port,
      config: readFileSync(join(config, 'nats.conf'), 'utf8').replaceAll('/etc/nats-tls', tls),
    });
    onTestFinished(() => nats.stop());
    expect((await waited)[0]).toBe(0);

    const target = new Agent(['target', '--port', '0']);
    const [, origin = ''] = await target.sees(/(http:\/\/127\.0\.0\.1:\d+)/);
    const agents = [0, 1].map((index) => {
      const env = environmentOf(objects, index, passwords, tls);
      return new Agent([...containers[0].args.map((arg) => here(expand(arg, env))), '--port=0'], env);
    });
    onTestFinished(() => [target, ...agents].forEach(({ child }) => child.kill('SIGKILL')));
    await Promise.all(agents.map((agent) => agent.sees(/is idle/)));

    const workload = workloadFile({
      connection_string: origin,
      jobs: [{ name: 'fill', type: 'write', collection: 'c', connections: 4, operations: 300 }],
    });
    const out = scratchFile('json');
    const commands = renderNotes(VALUES)
      .split('\n')
      .map((line) => line.trim());
    const env = { ...process.env };
    for (const [, name = '', value = ''] of commands.join(' ').matchAll(/(LOADBOT_\w+)=(\S+)/g))
      env[name] = here(value);
    expect(env).toMatchObject({ LOADBOT_BUS_CA: 'bus-ca.crt', LOADBOT_BUS_PASSWORD_FILE: 'bus-password' });
    env['LOADBOT_BUS_CA'] = join(tls, 'ca.crt');
    env['LOADBOT_BUS_PASSWORD_FILE'] = join(coordinator, 'password');
    const command = (name: string) => {
      const line = commands.find((text) => text.startsWith(`loadbot-agent ${name}`)) ?? '';
      return line
        .split(' ')
        .slice(1)
        .map((word) => ({ 'load.jsonc': workload, 'coordinator.key': key })[word] ?? word);
    };

    const listed = new Agent(command('fleet'), env);
    const { status: listStatus, stdout } = await listed.ended;
    expect(listStatus, stdout).toBe(0);
    expect(stdout).toMatch(/lb-agent-0[\s\S]*lb-agent-1/);

    const run = new Agent([...command('run'), '--out', out], env);
    const ended = await run.ended;
    expect(ended.status, ended.stderr + ended.stdout).toBe(0);
    const [job] = readResult(out).jobs;
    expect([job?.requests, job?.errors]).toEqual([300, 0]);
    const counters = await (await fetch(`${origin}/_target`)).json();
    expect(counters).toMatchObject({ documents: { c: 300 }, requests: 300 });
  });

  it('have the roles of examples/fleet', () => {
    const objects = renderChart(VALUES);
    const chart = named(objects, 'Secret', 'lb-bus-config').stringData?.['nats.conf'] ?? '';
    const script = fileURLToPath(new URL('../../examples/fleet/make-nats-conf.sh', import.meta.url));
    const example = execFileSync('sh', [script, 'lb-agent-0', 'lb-agent-1'], { encoding: 'utf8' });
    const roles = (config: string) =>
      config
        .slice(config.indexOf('authorization {'))
        .replaceAll(/password: \S+/g, 'password')
        .trim();
    expect(roles(example)).toContain('user: lb-agent-1');
    expect(roles(chart)).toBe(roles(example));
  });

  it('have a certificate for the names that agents and a port-forward use', () => {
    const folder = mountSecret(renderChart(VALUES), 'lb-bus-tls');
    const [authority, certificate] = ['ca.crt', 'tls.crt'].map((name) => readCertificate(join(folder, name))) as [
      X509Certificate,
      X509Certificate,
    ];
    expect(certificate.verify(authority.publicKey)).toBe(true);
    const accepted = ['lb-nats', 'lb-nats.default.svc', 'localhost', 'nats.example.com'].map((name) =>
      certificate.checkHost(name),
    );
    expect(accepted).toEqual(['lb-nats', 'lb-nats.default.svc', 'localhost', undefined]);
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  });
});
