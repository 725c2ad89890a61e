import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A command, or another property of the machine, that some tests need. */
export interface Need {
  /** The name of the binary, or of the property. */
  readonly name: string;
  /** The Debian package with the binary. */
  readonly debianPackage?: string;
  /** The script of this repository that builds the binary, when no package has it. */
  readonly builtBy?: string;
  /** The folder of the binary, when the package does not install it on PATH. */
  readonly folder?: string;
  /** Commands that start this one in tests. */
  readonly alsoNeeds?: readonly Need[];
  /** Replaces the search for a binary. */
  readonly isMet?: () => boolean;
}

/** A need as a worker hands it to the reporter. */
export interface UnmetNeed {
  readonly name: string;
  /** A Debian package, or the script that builds the command. */
  readonly from?: string;
}

/** A server that tests start. */
export type ServiceBinary = Need;

export const LINUX: Need = { name: 'Linux', isMet: () => process.platform === 'linux' };
export const ROOT: Need = { name: 'the user root', isMet: () => process.geteuid?.() === 0 };

export const BASH: Need = { name: 'bash', debianPackage: 'bash' };
export const CAT: Need = { name: 'cat', debianPackage: 'coreutils' };
export const CURL: Need = { name: 'curl', debianPackage: 'curl' };
export const FISH: Need = { name: 'fish', debianPackage: 'fish' };
export const MKFIFO: Need = { name: 'mkfifo', debianPackage: 'coreutils' };
export const PRLIMIT: Need = { name: 'prlimit', debianPackage: 'util-linux' };
export const SCRIPT: Need = { name: 'script', debianPackage: 'bsdutils' };
export const SYSTEMD_ANALYZE: Need = { name: 'systemd-analyze', debianPackage: 'systemd' };
export const TASKSET: Need = { name: 'taskset', debianPackage: 'util-linux' };
export const ZSH: Need = { name: 'zsh', debianPackage: 'zsh' };

const ID: Need = { name: 'id', debianPackage: 'coreutils' };
export const SETPRIV: Need = { name: 'setpriv', debianPackage: 'util-linux' };
/** Databases refuse to run as root, so that root starts them as their own account. */
const AS_ACCOUNT = process.geteuid?.() === 0 ? [ID, SETPRIV] : [];

export const NETWORK_NAMESPACES: Need = {
  name: 'the right to make network namespaces',
  alsoNeeds: [
    { name: 'ip', debianPackage: 'iproute2' },
    { name: 'nsenter', debianPackage: 'util-linux' },
  ],
  isMet: () => spawnSync('unshare', ['--net', 'true']).status === 0,
};

export const CHROMIUM: Need = { name: 'chromium', debianPackage: 'chromium' };
export const MARIADB: Need = { name: 'mariadbd', debianPackage: 'mariadb-server', alsoNeeds: AS_ACCOUNT };
export const NATS: Need = { name: 'nats-server', debianPackage: 'nats-server' };
export const NGINX: Need = { name: 'nginx', debianPackage: 'nginx-light' };
export const NODE_EXPORTER: Need = { name: 'prometheus-node-exporter', debianPackage: 'prometheus-node-exporter' };
export const PGBOUNCER: Need = { name: 'pgbouncer', debianPackage: 'pgbouncer', alsoNeeds: AS_ACCOUNT };
export const PMCD: Need = { name: 'pmcd', debianPackage: 'pcp', folder: '/usr/lib/pcp/bin' };
export const PMINFO: Need = { name: 'pminfo', debianPackage: 'pcp' };
export const PROMETHEUS: Need = { name: 'prometheus', debianPackage: 'prometheus' };
export const PROMTOOL: Need = { name: 'promtool', debianPackage: 'prometheus' };
export const PUSHGATEWAY: Need = { name: 'prometheus-pushgateway', debianPackage: 'prometheus-pushgateway' };
export const REDIS: Need = { name: 'redis-server', debianPackage: 'redis-server' };
export const VICTORIA_METRICS: Need = { name: 'victoria-metrics', debianPackage: 'victoria-metrics' };
export const VMALERT: Need = { name: 'vmalert', debianPackage: 'victoria-metrics' };
/** The system's Python, which has Debian's packages. */
const PYTHON = '/usr/bin/python3';
export const PYTHON_WEBSOCKETS: Need = {
  name: 'websockets of Python',
  debianPackage: 'python3-websockets',
  isMet: () => spawnSync(PYTHON, ['-c', 'import websockets']).status === 0,
};
export const XMLLINT: Need = { name: 'xmllint', debianPackage: 'libxml2-utils' };

export const POSTGRES: Need = {
  name: 'postgres',
  debianPackage: 'postgresql',
  folder: newestPostgresFolder(),
  alsoNeeds: AS_ACCOUNT,
};

export const FERRETDB: Need = {
  name: 'ferretdb',
  builtBy: '.ci/build-ferretdb',
  folder: join(homedir(), 'go', 'bin'),
};

export const NATS_NEWEST: Need = {
  name: 'nats-server-newest',
  builtBy: '.ci/build-nats-server',
  folder: join(homedir(), 'go', 'bin'),
};

export const GRPC_GO: Need = {
  name: 'grpc-go-server',
  builtBy: '.ci/build-grpc-server',
  folder: join(homedir(), 'go', 'bin'),
};

export const HTTP2_GO: Need = {
  name: 'http2-go-server',
  builtBy: '.ci/build-http2-server',
  folder: join(homedir(), 'go', 'bin'),
};

export const HELM: Need = { name: 'helm', builtBy: '.ci/build-helm', folder: join(homedir(), 'go', 'bin') };

const SCHEMAS = join(homedir(), '.cache', 'loadbot-agent', 'schemas-1.37.0-1.0.0');

/** JSON Schemas of Kubernetes and of Compose files. */
export const DEPLOYMENT_SCHEMAS = {
  name: 'schemas of Kubernetes and Compose',
  builtBy: '.ci/fetch-schemas',
  folder: SCHEMAS,
  isMet: () => existsSync(SCHEMAS),
} satisfies Need;

const KAFKA_FOLDER = join(homedir(), '.cache', 'loadbot-agent', 'kafka-4.1.1');

/** Libraries of Kafka's server. */
export const KAFKA_SERVER = {
  name: "Kafka's server",
  builtBy: '.ci/fetch-kafka',
  folder: KAFKA_FOLDER,
  isMet: () => existsSync(KAFKA_FOLDER),
} satisfies Need;
export const KAFKA: Need = { name: 'java', debianPackage: 'default-jre-headless', alsoNeeds: [KAFKA_SERVER] };

/** The subjects that only `npm run test:all` tests, with their needs. A unit test compares them with the files. */
export const SLOW_SUBJECTS: readonly (readonly [subject: string, needs: readonly Need[]])[] = [
  ['PostgreSQL, also behind a pooler', [POSTGRES, PGBOUNCER]],
  ['MariaDB', [MARIADB]],
  ['FerretDB, which speaks MongoDB', [FERRETDB]],
  ['Redis', [REDIS]],
  ['NATS, and NATS as the bus of a fleet', [NATS, NATS_NEWEST]],
  ['Kafka', [KAFKA, KAFKA_SERVER]],
  ['a fleet whose network links fail', [NATS, NETWORK_NAMESPACES, CURL]],
  ['the Helm chart and the Compose file of a fleet', [HELM, DEPLOYMENT_SCHEMAS]],
  ['gRPC with a server in Go', [GRPC_GO]],
  ['HTTP/2 with a server in Go', [HTTP2_GO]],
  ['nginx as a target', [NGINX]],
  ['a WebSocket server of Python', [PYTHON_WEBSOCKETS]],
  ['Prometheus: scrapes, remote write, rules', [PROMETHEUS, PROMTOOL]],
  ['VictoriaMetrics: pushes, queries, rules', [VICTORIA_METRICS, VMALERT]],
  ['Pushgateway', [PUSHGATEWAY]],
  ['node exporter as a source', [NODE_EXPORTER]],
  ['Performance Co-Pilot', [PMCD, PMINFO]],
  ['JUnit reports against their schema', [XMLLINT]],
  ['HTML reports, and recordings, in a browser', [CHROMIUM]],
  ["scripts of other tools' examples as scenarios", [POSTGRES, MARIADB]],
  ['the examples of docs/control.md', [CURL]],
  ['a process with neighbours on its core', [TASKSET]],
  ['long runs, and measurements that need the machine alone', []],
];

/** Full path of a binary on PATH, in /usr/sbin or in `folder`; `undefined` when it is not installed. */
export function findBinary(name: string, folder = '/usr/sbin'): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', folder];
  return folders.map((candidate) => join(candidate, name)).find(isExecutable);
}

/** Needs that this machine does not meet, those of a command's starter included. */
export function unmetNeeds(needs: readonly Need[]): readonly Need[] {
  return needs.flatMap((need) => [...(isMet(need) ? [] : [need]), ...unmetNeeds(need.alsoNeeds ?? [])]);
}

/** One need in words: the command and the way to install it. */
export function describeNeed({ name, debianPackage, builtBy, isMet: property }: Need): string {
  if (property !== undefined) return builtBy === undefined ? name : `${name}, run ${builtBy}`;
  const advice = builtBy === undefined ? `install Debian's ${debianPackage}` : `run ${builtBy}`;
  return `no "${name}" on PATH, ${advice}`;
}

export function toUnmetNeed({ name, debianPackage, builtBy }: Need): UnmetNeed {
  const from = debianPackage ?? builtBy;
  return from === undefined ? { name } : { name, from };
}

function isMet({ name, folder, isMet: property }: Need): boolean {
  return property === undefined ? findBinary(name, folder) !== undefined : property();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian keeps each version in a folder of its own, none of which is on PATH. */
function newestPostgresFolder(): string {
  const root = '/usr/lib/postgresql';
  try {
    const versions = readdirSync(root).map(Number).filter(Number.isFinite);
    return join(root, String(Math.max(...versions)), 'bin');
  } catch {
    return '/usr/sbin';
  }
}
