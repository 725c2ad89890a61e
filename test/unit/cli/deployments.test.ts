import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { SYSTEMD_ANALYZE } from '../../needs.ts';
import { testWith } from '../../services/binary.ts';
import { problemsOf } from '../workload/loading.ts';
import { fault, split } from './command-line.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('examples/kubernetes', () => {
  const [configMap, deployment, service] = parseAllDocuments(read('examples/kubernetes/loadbot-agent.yaml')).map(
    (document) => {
      expect(document.errors).toEqual([]);
      return document.toJS() as never;
    },
  ) as unknown as [ConfigMap, Deployment, Service];
  const { spec } = deployment.spec.template;
  const container = spec.containers[0];

  test('the command is valid, and its ports and files match the manifest', async () => {
    const { args } = container;
    expect(args[0]).toBe('start-agent');
    expect(await fault(args)).toBeUndefined();
    expect(args).toContain(`--metrics_export_port=${container.ports[0].containerPort}`);
    expect(container.livenessProbe.tcpSocket.port).toBe(container.ports[0].name);
    expect(service.spec.ports[0].port).toBe(container.ports[0].containerPort);
    const [file = ''] = Object.keys(configMap.data);
    expect(args).toContain(`--config-file=${container.volumeMounts[0].mountPath}/${file}`);
    expect(spec.volumes[0]).toEqual({ name: container.volumeMounts[0].name, configMap: configMap.metadata });
  });

  test('the selectors match the labels of the pod', () => {
    expect(deployment.spec.selector.matchLabels).toEqual(deployment.spec.template.metadata.labels);
    expect(service.spec.selector).toEqual(deployment.spec.template.metadata.labels);
  });

  test('the workload is valid', async () => {
    expect(await problemsOf(configMap.data['load.jsonc'])).toEqual([]);
  });

  test('the image has the files of the command', () => {
    const { version, peerDependencies } = JSON.parse(read('package.json')) as {
      version: string;
      peerDependencies: Record<string, string>;
    };
    const dockerfile = read('examples/kubernetes/Dockerfile');
    expect(container.image).toBe(`registry.example.com/loadbot-agent:${version}`);
    expect(dockerfile).toContain(container.image);
    // An init is process 1, and gets the arguments of the container.
    expect(dockerfile).toContain('install --yes --no-install-recommends tini');
    expect(dockerfile.trimEnd().split('\n').at(-1)).toBe('ENTRYPOINT ["/usr/bin/tini", "--", "loadbot-agent"]');
    expect(container).not.toHaveProperty('command');
    for (const [name, range] of Object.entries(peerDependencies)) {
      expect(dockerfile).toContain(`${name}@${/\d+/.exec(range)?.[0]}`);
    }
  });
});

interface ConfigMap {
  readonly metadata: { readonly name: string };
  readonly data: { readonly 'load.jsonc': string };
}

interface Service {
  readonly spec: { readonly selector: unknown; readonly ports: readonly [{ readonly port: number }] };
}

interface Deployment {
  readonly spec: {
    readonly selector: { readonly matchLabels: unknown };
    readonly template: {
      readonly metadata: { readonly labels: unknown };
      readonly spec: {
        readonly containers: readonly [
          {
            readonly image: string;
            readonly args: readonly string[];
            readonly ports: readonly [{ readonly name: string; readonly containerPort: number }];
            readonly livenessProbe: { readonly tcpSocket: { readonly port: string } };
            readonly volumeMounts: readonly [{ readonly name: string; readonly mountPath: string }];
          },
        ];
        readonly volumes: readonly unknown[];
      };
    };
  };
}

describe('examples/systemd', () => {
  const unit = read('examples/systemd/loadbot-agent.service');

  test('the command of the unit is valid', async () => {
    const [, args = ''] = /^ExecStart=\/usr\/local\/bin\/loadbot-agent (.*)$/m.exec(unit) ?? [];
    expect(args).toContain('start-agent --config-file /etc/loadbot-agent/load.jsonc');
    expect(await fault(split(args))).toBeUndefined();
  });

  test('the workload is valid', async () => {
    expect(await problemsOf(read('examples/systemd/load.jsonc'))).toEqual([]);
  });

  testWith([SYSTEMD_ANALYZE], 'systemd accepts the unit', () => expectAccepted(unit));
});

describe('examples/fleet', () => {
  const unit = read('examples/fleet/loadbot-fleet-agent.service');

  test('the command of the unit is valid', async () => {
    const [, args = ''] = /^ExecStart=\/usr\/local\/bin\/loadbot-agent (.*)$/m.exec(unit) ?? [];
    expect(args).toContain('start-agent --bus tls://');
    expect(await fault(split(args))).toBeUndefined();
  });

  test('the workload is valid', async () => {
    expect(await problemsOf(read('examples/fleet/load.jsonc'))).toEqual([]);
  });

  testWith([SYSTEMD_ANALYZE], 'systemd accepts the unit', () => expectAccepted(unit));
});

function expectAccepted(unit: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'loadbot-unit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'loadbot-agent.service');
  // A program that is there: it looks for it.
  writeFileSync(file, unit.replace('/usr/local/bin/loadbot-agent', process.execPath));
  const { status, stderr } = spawnSync(SYSTEMD_ANALYZE.name, ['verify', file], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
}
