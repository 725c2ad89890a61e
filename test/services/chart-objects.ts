import type { KubernetesObject } from './deployment-schemas.ts';

/** A value for each setting of the chart with a bus of its own. */
export const ALL_VALUES = {
  agents: 3,
  image: { repository: 'registry.internal/loadbot-agent', tag: 'edge', pullPolicy: 'Always' },
  imagePullSecrets: [{ name: 'pull' }],
  agent: {
    threads: 2,
    pool: 'checkout',
    labels: { region: 'eu', zone: 1 },
    allowTargets: ['shop.example.com', '*.test'],
    trust: { secret: 'coordinators', keys: ['coordinator.key.pub'] },
    resources: { cpu: 4, memory: '1Gi' },
    metrics: { enabled: true, port: 9095 },
    env: [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=700' }],
    volumes: [{ name: 'feeders', configMap: { name: 'feeders' } }],
    volumeMounts: [{ name: 'feeders', mountPath: '/feeders', readOnly: true }],
    nodeSelector: { pool: 'load' },
    tolerations: [{ key: 'load', operator: 'Exists', effect: 'NoSchedule' }],
    topologySpread: { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 2, whenUnsatisfiable: 'DoNotSchedule' },
  },
  bus: { passwordSeed: '0123456789abcdef0123456789abcdef' },
  nats: {
    enabled: true,
    image: { repository: 'registry.internal/nats', tag: '2', pullPolicy: 'Always' },
    resources: { cpu: 2, memory: '1Gi' },
    jetstream: { enabled: true, size: '5Gi', storageClassName: 'fast' },
  },
  networkPolicy: {
    enabled: true,
    agentEgress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 443, protocol: 'TCP' }] }],
    coordinators: [{ namespaceSelector: { matchLabels: { team: 'load' } } }],
  },
} as const;

/** Values for a NATS server that exists. */
export const OWN_BUS = {
  nats: { enabled: false },
  bus: { url: 'tls://nats.example.com:4222', passwordSecret: 'bus-passwords', tlsSecret: 'bus-ca' },
} as const;

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly command?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly resources: unknown;
  readonly securityContext: unknown;
}

/** A workload of Kubernetes, or another object with these fields. */
export interface WorkloadObject extends KubernetesObject {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly [Container];
        readonly initContainers?: readonly [Container];
        readonly securityContext: unknown;
        readonly topologySpreadConstraints?: unknown;
      };
    };
  };
  readonly stringData?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, string>>;
}

/** The object of a kind and a name. */
export function named(objects: readonly KubernetesObject[], kind: string, name: string): WorkloadObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found as WorkloadObject;
}

/** The Job of the agents. */
export function agentJob(objects: readonly KubernetesObject[]): WorkloadObject {
  return named(objects, 'Job', 'lb-agent');
}

/** Expands `$(NAME)` as Kubernetes does. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\(([A-Z_]+)\)/g, (reference, name: string) => env[name] ?? reference);
}
