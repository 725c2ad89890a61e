import { isIP } from 'node:net';
import { z } from 'zod';
import { listNames } from '../../../shared/text.ts';
import { type Connection, httpTargetText } from '../connection-string.ts';
import type { PathDiagnostic } from '../../diagnostics.ts';
import { asObject, type ConfigObject, requestsOf } from '../../entries.ts';
import { didYouMean } from '../../suggest.ts';
import { optional, text } from '../../values.ts';

const HOST_PORT = /^(?:\[[\da-f:.]+\]|[^\s:/[\]]+):([1-9]\d{0,4})$/i;
const HOST_PORT_FORM = 'must be a host with a port such as "api.example.com:443"';
const ADDRESS_FORM = 'must be an IP address such as "10.0.0.2"';

const hostPort = z.string().refine((given) => Number(HOST_PORT.exec(given)?.[1]) <= 65_535, { error: HOST_PORT_FORM });

/** Fields of `http` that select the host and the addresses of connections. */
export const HOST_FIELDS = {
  target: optional(text, {
    description:
      'Name of an entry of `targets` to send the requests to, instead of the connection string. Each connection of the job has one of its own to each target. See [Targets](http.md#further-hosts).',
    without: 'the connection string',
    examples: ['auth'],
  }),
  connect_to: optional(z.record(hostPort, hostPort), {
    description:
      'Where sockets connect to instead of a host and port: `"host:port"` of the URL to `"host:port"`, as `--connect-to` of curl. `host`, SNI and verification stay those of the URL. Through a proxy it applies to the proxy.',
    without: 'the host and port of the URL',
    examples: [{ 'api.example.com:443': '10.0.0.7:8443' }],
  }),
  local_addresses: optional(
    z
      .array(
        z.string().refine((given) => isIP(given) !== 0, { error: ADDRESS_FORM }),
        {
          error: 'must be a list of IP addresses',
        },
      )
      .min(1, { error: 'must hold at least one address' }),
    {
      description:
        'Addresses of this machine that connections come from, each thread in turn. More addresses have more ports.',
      without: 'the address of the route to the target',
      examples: [['10.0.0.2', '10.0.0.3']],
    },
  ),
};

/** Field of the workload: further hosts by name. */
export const targetsField = optional(z.record(text, httpTargetText), {
  description:
    'Further HTTP hosts by name, which `http.target` selects: an http or https URL each, which may contain credentials and `${ENV_NAME}`. See [Targets](http.md#further-hosts).',
  default: {},
  examples: [{ auth: 'https://auth.example.com' }],
});

/** The URL of a target, and its credentials. */
export type TargetConnections = ReadonlyMap<string, Connection>;

/** The targets of a file. */
export function planTargets(targets: Readonly<Record<string, Connection>> = {}): TargetConnections {
  return new Map(Object.entries(targets));
}

/** Reports requests to a target that does not exist. */
export function checkTargets(file: unknown): PathDiagnostic[] {
  const names = Object.keys(asObject(asObject(file)?.['targets']) ?? {});
  const root: ConfigObject = { path: [], fields: asObject(file) ?? {} };
  return [root, ...requestsOf(file)].flatMap(({ path, fields }): PathDiagnostic[] => {
    const name = asObject(fields['http'])?.['target'];
    if (typeof name !== 'string' || names.includes(name)) return [];
    const known = names.length === 0 ? 'add it to `targets` of the workload' : `targets: ${listNames(names)}`;
    const hint = didYouMean(name, names) ?? known;
    return [{ path: [...path, 'http', 'target'], message: `the target \`${name}\` does not exist`, hint }];
  });
}
