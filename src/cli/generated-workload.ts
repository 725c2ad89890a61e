import { Commented, writeComment, writeJsonc } from '../imports/write-jsonc.ts';
import { DRIVER_OF_SCHEME, type DriverName } from '../driver-catalog.ts';
import { LoadbotError } from '../shared/errors.ts';
import type { Environment } from '../workload/variables.ts';

/** Kinds of jobs that `generate-config` writes: for HTTP, and for databases. */
const JOB_KINDS = { http: ['get', 'post'], database: ['write', 'read', 'mixed'] } as const;
type JobKind = (typeof JOB_KINDS)[keyof typeof JOB_KINDS][number];

/** Drivers whose requests follow from the kind of a job. */
const KIND_OF_DRIVER: Readonly<Partial<Record<DriverName, keyof typeof JOB_KINDS>>> = {
  http: 'http',
  embedded: 'database',
  postgres: 'database',
  mysql: 'database',
  mongodb: 'database',
  redis: 'database',
};

/** Answers to the questions of `generate-config`, and its flags. Empty texts stand for nothing. */
export interface ConfigAnswers {
  readonly url: string;
  readonly job?: string;
  readonly rate?: string;
  readonly connections?: string;
  readonly duration?: string;
  readonly threshold?: readonly string[];
  readonly metrics_export_port?: string;
  readonly metrics_export_url?: string;
}

/** Defaults of the answers. */
export const CONFIG_DEFAULTS = { connections: '10', duration: '30s' } as const;

/** A workload file, and the environment with the password of its URL. */
export interface GeneratedWorkload {
  readonly text: string;
  readonly env: Environment;
}

/** Variable that stands for the password of the URL. */
const PASSWORD = 'TARGET_PASSWORD';

/**
 * Kinds of jobs for the scheme of a URL.
 * @throws {LoadbotError} `config_invalid` for another scheme, and for protocols whose requests cannot be guessed
 */
export function jobKindsOf(url: string): readonly JobKind[] {
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url.trim())?.[0].toLowerCase() ?? '';
  const driver = DRIVER_OF_SCHEME.get(scheme);
  const kind = driver === undefined ? undefined : KIND_OF_DRIVER[driver];
  if (kind !== undefined) return JOB_KINDS[kind];
  throw new LoadbotError(
    'config_invalid',
    `${scheme === '' ? 'a URL without a scheme' : `\`${scheme}\``} is not a target that generate-config can write`,
    {
      hint: 'http:, https:, postgres:, mysql:, mongodb: or redis:; docs/targets.md has files for the others',
    },
  );
}

/**
 * Writes the workload file of the answers, with comments. Its fields are not checked here.
 * @throws {LoadbotError} `config_invalid` for a URL, or a job that does not fit to it
 */
export function generateWorkload(answers: ConfigAnswers, env: Environment): GeneratedWorkload {
  const kinds = jobKindsOf(answers.url);
  const { job = kinds[0] } = answers;
  const kind = kinds.find((one) => one === job);
  if (kind === undefined) {
    throw new LoadbotError('config_invalid', `\`${job}\` is not a job for this target`, { hint: kinds.join(', ') });
  }
  const { url, password } = withoutPassword(answers.url.trim());
  const { target, path } = kinds === JOB_KINDS.http ? splitPath(url) : { target: url, path: undefined };
  const comments = [
    'A workload of loadbot-agent. Check it: loadbot-agent validate FILE; send one request: loadbot-agent try FILE;',
    'run it: loadbot-agent run FILE. All fields: docs/workload.md, or loadbot-agent schema in an editor.',
    ...(password === undefined ? [] : [`Set the variable ${PASSWORD} to the password of the target.`]),
  ];
  const workload = {
    connection_string: new Commented(target, 'The target. ${NAME} is a variable of the environment.'),
    jobs: jobsOf(kind, path, answers),
    ...metricsOf(answers),
  };
  const text = `${[...comments.flatMap(writeComment), writeJsonc(workload)].join('\n')}\n`;
  return { text, env: password === undefined ? env : { ...env, [PASSWORD]: password } };
}

function jobsOf(kind: JobKind, path: string | undefined, answers: ConfigAnswers): readonly object[] {
  const { rate = '', connections = '', duration = '', threshold = [] } = answers;
  const load = {
    connections: new Commented(
      numeric(connections || CONFIG_DEFAULTS.connections),
      'Connections, each with one request at a time.',
    ),
    ...(rate === ''
      ? {}
      : { pace: new Commented(numeric(rate), 'Requests per second, whether the target keeps up or not.') }),
    duration: duration || CONFIG_DEFAULTS.duration,
    ...(threshold.length > 0 && {
      thresholds: new Commented(threshold, 'The run fails, with exit status 99, unless all of them hold.'),
    }),
  };
  const collection = { collection: 'loadbot' };
  const fill = { name: 'fill', type: 'write', ...collection, operations: 1000 };
  switch (kind) {
    case 'get':
      return [{ name: 'get', type: 'read', http: { method: 'GET', path }, ...load }];
    case 'post': {
      const body = new Commented(
        { id: '#uuid', name: '#name' },
        'Values with # are generated for each request: docs/workload.md.',
      );
      return [{ name: 'post', type: 'write', http: { method: 'POST', path, body }, ...load }];
    }
    case 'write':
      return [{ name: 'write', type: 'write', ...collection, data_size: '1KiB', ...load }];
    case 'read':
      return [fill, { name: 'read', type: 'read', ...collection, ...load }];
    case 'mixed':
    default: {
      const mixed = [
        { type: 'read', weight: 9 },
        { type: 'write', weight: 1 },
      ];
      return [
        fill,
        {
          name: 'mixed',
          type: 'mixed',
          ...collection,
          mixed: new Commented(mixed, 'Shares of the requests.'),
          ...load,
        },
      ];
    }
  }
}

function metricsOf({ metrics_export_port: port = '', metrics_export_url: url = '' }: ConfigAnswers): object {
  if (port === '' && url === '') return {};
  return {
    agent: {
      ...(port !== '' && {
        metrics_export_port: new Commented(numeric(port), 'Prometheus scrapes GET /metrics here.'),
      }),
      ...(url !== '' && { metrics_export_url: new Commented(url, 'Metrics are pushed here while the load runs.') }),
    },
  };
}

/** A whole number; any other text stays, to be reported by the check of its field. */
function numeric(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** Replaces the password of a URL by a variable: a file is no place for it. */
function withoutPassword(url: string): { readonly url: string; readonly password: string | undefined } {
  const [, start = '', password = ''] = /^([a-z][a-z0-9+.-]*:\/\/[^:@/]*:)([^@/]+)@/i.exec(url) ?? [];
  if (password === '' || password.includes('${')) return { url, password: undefined };
  return { url: `${start}\${${PASSWORD}}${url.slice(start.length + password.length)}`, password: decode(password) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The origin of a URL, and its path with the query. */
function splitPath(url: string): { readonly target: string; readonly path: string } {
  const [, target = url, path = ''] = /^([a-z]+:\/\/[^/?#]*)([^#]*)/i.exec(url) ?? [];
  return { target, path: path.startsWith('/') ? path : `/${path}` };
}
