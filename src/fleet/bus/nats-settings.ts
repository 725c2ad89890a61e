import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { type Diagnostic, LoadbotError, messageOf } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/network/loopback.ts';
import { withoutBrackets } from '../../shared/network/server-name.ts';
import { readSmallText, UnusableFileError } from '../../shared/read-file.ts';
import { redactUrl } from '../../shared/redact.ts';
import { secretsOfValues } from '../../shared/secrets.ts';
import { NATS_ENVIRONMENT, type NatsCredentials, readNatsCredentials } from './nats-credentials.ts';

/** Settings of a connection to NATS, without defaults of the library. */
export interface NatsSettings {
  /** Hosts without brackets, and ports; at least one. */
  readonly servers: readonly NatsServer[];
  /** The URLs for messages, without secrets. */
  readonly shown: string;
  /** `undefined`: plain connections, if the server does not demand TLS. Only on loopback. */
  readonly tls: Pick<SecureContextOptions, 'ca' | 'cert' | 'key'> | undefined;
  readonly credentials: NatsCredentials | undefined;
  /** Texts to redact in messages of the library and of the server. */
  readonly secrets: readonly string[];
}

interface NatsServer {
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORT = 4222;
const SHAPE = 'write nats://localhost:4222 or tls://HOST:4222; several servers of a cluster are separated by commas';

/**
 * Reads the URLs of a NATS server or cluster, and certificates and credentials from the environment. Nothing is
 * connected.
 * @param urls one or more `nats://` and `tls://` URLs, separated by commas
 * @param flag origin of the URLs, for messages: `--bus`
 * @throws {LoadbotError} `config_invalid`, with all problems
 */
export function readNatsSettings(urls: string, environment: NodeJS.ProcessEnv, flag = '--bus'): NatsSettings {
  const problems: Diagnostic[] = [];
  const servers = urls.split(',').flatMap((url) => {
    const result = parseUrl(url.trim());
    if ('server' in result) return [{ ...result.server, isSecure: result.isSecure }];
    problems.push({ ...result, path: flag });
    return [];
  });
  const files = readTlsFiles(environment, problems);
  const { credentials, problems: more } = readNatsCredentials(environment, readFile);
  problems.push(...more);
  const [first] = problems;
  if (first !== undefined) {
    throw new LoadbotError('config_invalid', 'the bus is not usable', { problems });
  }
  const isSecure = servers.some((server) => server.isSecure) || Object.keys(files).length > 0;
  return {
    servers: servers.map(({ host, port }) => ({ host, port })),
    shown: urls
      .split(',')
      .map((url) => redactUrl(url.trim()))
      .join(','),
    tls: isSecure ? files : undefined,
    credentials,
    secrets: secretsOfValues([...secretTexts(credentials), ...(files.key === undefined ? [] : [files.key])]),
  };
}

/** Values that a server or the library may repeat; a file of credentials also line by line. */
function secretTexts(credentials: NatsCredentials | undefined): readonly string[] {
  const { user: _, ...secret } = { user: '', ...credentials };
  const texts = Object.values(secret);
  return [...texts, ...texts.flatMap((text) => text.split(/\s+/))];
}

type ParsedUrl = { readonly server: NatsServer; readonly isSecure: boolean } | Diagnostic;

function parseUrl(text: string): ParsedUrl {
  const shown = redactUrl(text);
  if (!URL.canParse(text)) return { message: `not a URL of NATS: "${shown}"`, hint: SHAPE };
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text);
  if (!['nats:', 'tls:'].includes(protocol) || hostname === '') {
    return { message: `not a URL of NATS: "${shown}"`, hint: SHAPE };
  }
  if (username !== '' || password !== '') {
    return {
      message: `${shown}: credentials in a URL are visible in the list of processes`,
      hint: 'set LOADBOT_BUS_USER and LOADBOT_BUS_PASSWORD instead',
    };
  }
  if (!['', '/'].includes(pathname) || search !== '' || hash !== '') {
    return { message: `${shown}: a URL of NATS has only a host and a port`, hint: SHAPE };
  }
  if (protocol === 'nats:' && !isLoopback(hostname)) {
    return {
      message: `${shown}: without TLS, the network could read and change the messages of a fleet`,
      hint: `write tls://${shown.slice('nats://'.length)}, and set LOADBOT_BUS_CA for a certificate of your own authority`,
    };
  }
  const server = { host: withoutBrackets(hostname), port: Number(port || DEFAULT_PORT) };
  return { server, isSecure: protocol === 'tls:' };
}

interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Reads and checks the files; a problem names its variable. */
function readTlsFiles(environment: NodeJS.ProcessEnv, problems: Diagnostic[]): TlsFiles {
  const found = problems.length;
  const read = (name: string): string | undefined => {
    const path = environment[name] || undefined;
    const result = path === undefined ? undefined : readFile(name, path);
    if (typeof result === 'object') problems.push(result);
    return typeof result === 'string' ? result : undefined;
  };
  const { ca: caName, cert: certName, key: keyName } = NATS_ENVIRONMENT;
  const [ca, cert, key] = [read(caName), read(certName), read(keyName)];
  const files = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  if (problems.length > found) return files;
  if ((cert === undefined) !== (key === undefined)) {
    const [set, unset] = cert === undefined ? [keyName, certName] : [certName, keyName];
    problems.push({ path: set, message: `a client certificate needs its key`, hint: `set ${unset}, too` });
    return files;
  }
  const names = [...(ca ? [caName] : []), ...(cert ? [certName, keyName] : [])].join(', ');
  try {
    if (ca !== undefined && !ca.includes('-----BEGIN ')) throw new Error('no certificate in PEM format');
    createSecureContext(files);
  } catch (error) {
    problems.push({ path: names, message: `not usable: ${messageOf(error)}`, hint: 'set files in PEM format' });
  }
  return files;
}

function readFile(name: string, path: string): string | Diagnostic {
  try {
    return readSmallText(path);
  } catch (error) {
    const hint = error instanceof UnusableFileError ? error.hint : undefined;
    return { path: name, message: `cannot read ${path}: ${messageOf(error)}`, ...(hint && { hint }) };
  }
}
