import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  AXIOS_OPTIONS,
  axiosConnection,
  axiosAgentOptions,
  DEFAULT_TLS,
} from '../../src/shared/network/axios-connection.ts';
import { SOCKET_OPTIONS, tcpAddress } from '../../src/shared/network/routed-socket.ts';
import type { DriverOptions } from '../../src/drivers/driver.ts';
import { resolveEndpoint } from '../../src/drivers/http/endpoint.ts';
import { clientOptions } from '../../src/drivers/mongodb/settings.ts';
import { readConnection } from '../../src/drivers/mysql/mysql-driver.ts';
import { clientConfig } from '../../src/drivers/postgres/postgres-driver.ts';
import { redisSettings } from '../../src/drivers/redis/settings.ts';
import { CLIENT_OPTIONS, connectOptions } from '../../src/sources/fetch/http-fetcher.ts';
import { httpOptions } from '../contract/driver/http-options.ts';

const page = readFileSync(new URL('../../docs/connections.md', import.meta.url), 'utf8');

interface Table {
  /** Value of the column `ours` by option. */
  readonly ours: ReadonlyMap<string, string>;
  /** Options that stand below the table. */
  readonly left: readonly string[];
}

function tableOf(library: string): Table {
  const section = page.split(/^### /m).find((text) => text.startsWith(`${library}\n`)) ?? '';
  const rows = [...section.matchAll(/^\| `([^`]+)` \| .*? \| (.*?) \| .*\|$/gm)];
  const left = /^Not listed: ([^]*?)\.$/m.exec(section)?.[1] ?? '';
  return {
    ours: new Map(rows.map(([, name = '', value = '']) => [name, value])),
    left: [...left.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  };
}

/** Objects under these names are options of their own. */
function flattened(options: object, nested: readonly string[] = []): ReadonlyMap<string, unknown> {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return new Map(
    entries.flatMap(([name, value]: [string, unknown]) =>
      nested.includes(name)
        ? [...flattened(Object(value) as object)].map(([key, one]) => [`${name}.${key}`, one] as const)
        : [[name, value] as const],
    ),
  );
}

function database(scheme: string): DriverOptions {
  const url = `${scheme}://user@name.example/1`;
  const options = httpOptions('http://name.example', { timeoutMs: 30_000 });
  return { ...options, target: { ...options.target, url, secretUrl: url } };
}

const SOURCE = { kind: 'http', url: 'https://name.example', headers: {}, tls: DEFAULT_TLS, proxy: undefined } as const;
const PUSH = { url: 'https://name.example', tls: DEFAULT_TLS, proxy: undefined };

/** Options that the code passes to each library. */
const PASSED: Readonly<Record<string, ReadonlyMap<string, unknown>>> = {
  'net.connect': flattened({ ...SOCKET_OPTIONS, ...tcpAddress('name.example', 80, 30_000), onread: 'see link.ts' }),
  'tls.connect': flattened(resolveEndpoint(httpOptions('https://name.example')).tls ?? {}),
  pg: flattened({ ...clientConfig(database('postgres')), stream: 'see connection.ts' }),
  mysql2: flattened({
    ...readConnection(database('mysql')).config,
    stream: 'see connection.ts',
    socketPath: 'if given',
    ssl: 'if given',
  }),
  mongodb: flattened(clientOptions(database('mongodb'))),
  redis: flattened(redisSettings(database('redis')).client(undefined), ['socket']),
  axios: flattened({ ...axiosConnection(PUSH, 1), agent: axiosAgentOptions(PUSH).https }, ['agent']),
  undici: flattened({ ...CLIENT_OPTIONS, connect: connectOptions(SOURCE) }, ['connect']),
};

describe.each(Object.keys(PASSED))('docs/connections.md, %s', (library) => {
  const { ours, left } = tableOf(library);
  const passed = PASSED[library]!;

  test('the table shows the options that are passed, with their values', () => {
    expect(ours.size).toBeGreaterThan(5);
    const shown = new Map(
      [...passed].map(([name, value]) => [name, ours.get(name) === 'varies' ? 'varies' : `\`${written(value)}\``]),
    );
    const expected = new Map([...ours].filter(([, value]) => value !== 'default'));
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(expected));
  });

  test('every option of the installed library is in the table or below it', () => {
    const known = new Set([...ours.keys(), ...left]);
    expect(DECLARED[library]!().filter((name) => !known.has(name))).toEqual([]);
    expect(left.filter((name) => ours.has(name))).toEqual([]);
  });
});

test('axios passes the same options everywhere', () => {
  expect(Object.keys(AXIOS_OPTIONS)).toEqual([
    'maxRedirects',
    'maxBodyLength',
    'timeout',
    'decompress',
    'validateStatus',
  ]);
});

function written(value: unknown): string {
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

const resolve = createRequire(import.meta.url).resolve;

/** A file of an installed package. */
function fileOf(name: string, path: string): string {
  const marker = join('node_modules', ...name.split('/'));
  const main = resolve(`${name}/package.json`);
  return readFileSync(join(dirname(main).split(marker)[0] ?? '', marker, path), 'utf8');
}

/** Names of the members that a declaration has at its top. */
function members(text: string, declaration: string, prefix = ''): string[] {
  const code = text.replace(/\/\*[^]*?\*\//g, '').replace(/\/\/.*$/gm, '');
  let at = code.indexOf('{', code.indexOf(declaration));
  if (!code.includes(declaration)) throw new Error(`no ${declaration}`);
  let depth = 0;
  let top = '';
  do {
    const character = code[at] ?? '';
    if ('{([<'.includes(character)) depth++;
    if ('})]'.includes(character) || (character === '>' && code[at - 1] !== '=')) depth--;
    if (depth === 1) top += character;
    at++;
  } while (depth > 0 && at < code.length);
  return [...top.matchAll(/(?:^|[;\n{,])\s*(?:readonly\s+)?([A-Za-z_$][\w$]*)\??\s*:/g)].map(
    ([, name = '']) => prefix + name,
  );
}

const node = (file: string, ...declarations: string[]): string[] =>
  declarations.flatMap((one) => members(fileOf('@types/node', file), `interface ${one}`));

/** Names of the options of each library, by its type declarations. */
const DECLARED: Readonly<Record<string, () => string[]>> = {
  'net.connect': () =>
    node('net.d.ts', 'SocketConstructorOpts', 'TcpSocketConnectOpts', 'TcpNetConnectOpts', 'ConnectOpts'),
  'tls.connect': () => node('tls.d.ts', 'ConnectionOptions', 'CommonConnectionOptions', 'SecureContextOptions'),
  pg: () => members(fileOf('@types/pg', 'index.d.ts'), 'interface ClientConfig'),
  mysql2: () => members(fileOf('mysql2', 'typings/mysql/lib/Connection.d.ts'), 'interface ConnectionOptions'),
  mongodb: () => members(fileOf('mongodb', 'mongodb.d.ts'), 'interface MongoClientOptions'),
  redis: () => [
    ...members(fileOf('@redis/client', 'dist/lib/client/index.d.ts'), 'interface RedisClientOptions'),
    ...members(fileOf('@redis/client', 'dist/lib/client/socket.d.ts'), 'type RedisSocketOptionsCommon', 'socket.'),
  ],
  axios: () => [
    ...members(fileOf('axios', 'index.d.ts'), 'interface AxiosRequestConfig'),
    ...members(fileOf('@types/node', 'http.d.ts'), 'interface AgentOptions', 'agent.'),
  ],
  undici: () => [
    ...members(fileOf('undici', 'types/client.d.ts'), 'interface Options {'),
    ...['pool', 'agent'].flatMap((file) => members(fileOf('undici', `types/${file}.d.ts`), 'interface Options')),
    ...members(fileOf('undici', 'types/connector.d.ts'), 'type BuildOptions', 'connect.'),
  ],
};
