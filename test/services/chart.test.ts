import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeWithServices } from './binary.ts';
import { agentJob, ALL_VALUES, named, OWN_BUS } from './chart-objects.ts';
import { createKubernetesValidator, DEPLOYMENT_SCHEMAS } from './deployment-schemas.ts';
import { HELM, helmTemplate, renderChart, renderNotes } from './helm.ts';

const NAMES = {
  defaults: [
    'NetworkPolicy lb-agent',
    'NetworkPolicy lb-nats',
    'Secret lb-bus-coordinator',
    'Secret lb-bus-agents',
    'Secret lb-bus-config',
    'Secret lb-bus-tls',
    'Service lb-nats',
    'StatefulSet lb-nats',
    'Job lb-agent',
  ],
  'another bus': ['NetworkPolicy lb-agent', 'Job lb-agent'],
};

describeWithServices('charts/loadbot-agent', [HELM, DEPLOYMENT_SCHEMAS], () => {
  const validate = createKubernetesValidator();

  it.each([
    ['defaults', {}, NAMES.defaults],
    ['all values', ALL_VALUES, NAMES.defaults],
    ['another bus', OWN_BUS, NAMES['another bus']],
  ])('renders valid objects with %s', (_, values, names) => {
    const objects = renderChart(values);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted()).toEqual(names.toSorted());
    expect(objects.flatMap(validate)).toEqual([]);
  });

  it('the schemas refuse unknown fields and a wrong type', () => {
    const job = structuredClone(agentJob(renderChart()));
    Object.assign(job.spec, { podReplacement: 'Failed', completions: 'four' });
    Object.assign(job.spec.template.spec.containers[0], { arguments: [] });
    expect(validate(job)).toEqual([
      'Job lb-agent/spec: must NOT have additional properties (podReplacement)',
      'Job lb-agent/spec/completions: must be integer,null',
      'Job lb-agent/spec/template/spec/containers/0: must NOT have additional properties (arguments)',
    ]);
  });

  it('the agents are one Indexed Job, whose pods are not started again', () => {
    const { spec } = agentJob(renderChart({ agents: 8 }));
    expect(spec).toMatchObject({
      completionMode: 'Indexed',
      completions: 8,
      parallelism: 8,
      backoffLimitPerIndex: 0,
      podReplacementPolicy: 'Failed',
      template: { spec: { restartPolicy: 'Never', automountServiceAccountToken: false } },
    });
    expect(spec.template.spec.topologySpreadConstraints).toEqual([
      {
        topologyKey: 'kubernetes.io/hostname',
        maxSkew: 1,
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: {
          matchLabels: {
            'app.kubernetes.io/name': 'loadbot-agent',
            'app.kubernetes.io/instance': 'lb',
            'app.kubernetes.io/component': 'agent',
          },
        },
      },
    ]);
  });

  it.each([
    [{}, { cpu: '2', memory: '512Mi' }],
    [{ agent: { threads: 4 } }, { cpu: '5', memory: '512Mi' }],
    [{ agent: { threads: 4, resources: { cpu: 8, memory: '1Gi' } } }, { cpu: '8', memory: '1Gi' }],
  ])('requests equal limits: %j', (values, resources) => {
    const [agent] = agentJob(renderChart(values)).spec.template.spec.containers;
    expect(agent.resources).toEqual({ requests: resources, limits: resources });
  });

  it('no container is root or can write its file system', () => {
    for (const object of [agentJob(renderChart()), named(renderChart(), 'StatefulSet', 'lb-nats')]) {
      const { spec } = object.spec.template;
      expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
      for (const { securityContext } of [...spec.containers, ...(spec.initContainers ?? [])]) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
  });

  it('passes all values to the agents', () => {
    const [{ args, image }] = agentJob(renderChart(ALL_VALUES)).spec.template.spec.containers;
    expect(image).toBe('registry.internal/loadbot-agent:edge');
    expect(args).toEqual([
      'start-agent',
      '--bus=tls://lb-nats:4222',
      '--name=$(AGENT_NAME)',
      '--threads=2',
      '--pool=checkout',
      '--agent_label=region=eu',
      '--agent_label=zone=1',
      '--allow_targets=shop.example.com',
      '--allow_targets=*.test',
      '--trust=/etc/loadbot-agent/trust/coordinator.key.pub',
      '--agent_metrics',
      '--metrics_export_host=0.0.0.0',
      '--metrics_export_port=9095',
      '--log-format=json',
    ]);
  });

  it('the network policies allow the bus to agents and coordinators only', () => {
    const objects = renderChart({ networkPolicy: { agentEgress: [] } });
    const pods = (component: string) => ({
      podSelector: {
        matchLabels: {
          'app.kubernetes.io/name': 'loadbot-agent',
          'app.kubernetes.io/instance': 'lb',
          'app.kubernetes.io/component': component,
        },
      },
    });
    const bus = [{ port: 4222, protocol: 'TCP' }];
    expect(named(objects, 'NetworkPolicy', 'lb-nats').spec).toMatchObject({
      ...pods('nats'),
      ingress: [
        {
          from: [pods('agent'), { podSelector: { matchLabels: { 'loadbot-agent/role': 'coordinator' } } }],
          ports: bus,
        },
      ],
      egress: [],
    });
    expect(named(objects, 'NetworkPolicy', 'lb-agent').spec).toMatchObject({
      ...pods('agent'),
      ingress: [],
      egress: [{ ports: [{ port: 53 }, { port: 53 }] }, { to: [pods('nats')], ports: bus }],
    });
  });

  describe('refuses', () => {
    it.each([
      [{ agents: 0 }, '/agents'],
      [{ agent: { thread: 2 } }, "'thread'"],
      [{ bus: { passwordSeed: 'short' } }, '/bus/passwordSeed'],
      [{ nats: { enabled: false } }, 'bus.url is needed with nats.enabled: false'],
      [{ ...OWN_BUS, bus: { ...OWN_BUS.bus, url: 'nats://nats.example.com' } }, '/bus/url'],
      [{ ...OWN_BUS, bus: { ...OWN_BUS.bus, passwordSecret: '' } }, 'bus.passwordSecret is needed'],
      [{ ...OWN_BUS, bus: { ...OWN_BUS.bus, tlsSecret: '' } }, 'bus.tlsSecret is needed'],
    ])('%j', (values, message) => {
      const { status, stderr } = helmTemplate(values);
      expect(status).toBe(1);
      expect(stderr).toContain(message);
    });
  });

  it('the notes warn of agents that load every host', () => {
    const warning = /allowTargets is empty/;
    expect(renderNotes()).toMatch(warning);
    expect(renderNotes(ALL_VALUES)).not.toMatch(warning);
  });

  it('has the version of the package', () => {
    const root = new URL('../../', import.meta.url);
    const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
    expect(readFileSync(new URL('charts/loadbot-agent/Chart.yaml', root), 'utf8')).toContain(
      `\nappVersion: ${version}\n`,
    );
  });
});
