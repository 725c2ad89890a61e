import type { ConnectionOptions } from 'node:tls';
import type { JsonObject } from '../../templates/request-data.ts';
import type { DriverOptions } from '../driver.ts';
import { requireKnownSettings, settingError, textSetting, tlsSettings } from '../driver-settings.ts';
import { parseServerList, secureConnections, type ServerAddress } from '../server-list.ts';
import { SASL_MECHANISMS, type SaslCredentials } from './sasl.ts';

/** Settings of a job. */
export interface KafkaSettings {
  /** At least one; first connections are spread over them. */
  readonly brokers: readonly ServerAddress[];
  /** Required acknowledgements of writes: 0, 1, or -1 for all replicas in sync. */
  readonly acks: number;
  readonly sasl: SaslCredentials | undefined;
  /** TLS options for a host; `undefined`: without TLS. */
  readonly tls: ((host: string) => ConnectionOptions) | undefined;
  /** Whether requests go to the leader of their partition, at the address that the brokers advertise. */
  readonly followsLeaders: boolean;
}

const FIELDS: readonly string[] = ['acks', 'sasl', 'tls', 'follow_leaders'];
const SASL_FIELDS: readonly string[] = ['mechanism', 'user', 'password'];
const DEFAULT_PORT = 9092;
const SECURE = 'kafkas:';

/**
 * Parses `driver_options` and the connection string of a job.
 * @throws {LoadbotError} for unknown or invalid settings and unreadable files
 */
export function kafkaSettings({ driverOptions, folder, target }: DriverOptions): KafkaSettings {
  const list = parseServerList(target.secretUrl ?? target.url, {
    title: 'a Kafka broker',
    example: 'kafka://127.0.0.1:9092, or kafka://HOST1:9092,HOST2:9092 for a cluster',
    defaultPort: DEFAULT_PORT,
  });
  requireKnownSettings(driverOptions, FIELDS);
  const { acks, follow_leaders: followsLeaders = true } = driverOptions;
  if (typeof followsLeaders !== 'boolean') throw settingError(['follow_leaders'], 'must be true or false');
  const isSecure = list.scheme === SECURE;
  const tls = tlsSettings(driverOptions['tls'], folder, 'kafkas://', isSecure);
  const required = parseAcks(acks);
  if (required === undefined) throw settingError(['acks'], ACKS_FAULT);
  return {
    brokers: list.servers,
    acks: required,
    sasl: saslSettings(driverOptions, list.user, list.password),
    tls: isSecure ? secureConnections(tls) : undefined,
    followsLeaders,
  };
}

export const ACKS_FAULT = 'must be 0, 1 or "all"';

/** Required acknowledgements; `undefined`: not valid. Default: all. */
export function parseAcks(value: unknown): number | undefined {
  if (value === undefined || value === 'all' || value === -1) return -1;
  return value === 0 || value === 1 ? value : undefined;
}

function saslSettings(options: JsonObject, user?: string, password?: string): SaslCredentials | undefined {
  const { sasl = {} } = options;
  if (typeof sasl !== 'object' || sasl === null || Array.isArray(sasl))
    throw settingError(['sasl'], 'must be an object');
  const fields = sasl as JsonObject;
  requireKnownSettings(fields, SASL_FIELDS, ['sasl']);
  const { mechanism = 'PLAIN' } = fields;
  const known = SASL_MECHANISMS.find((name) => name === mechanism);
  if (known === undefined) throw settingError(['sasl', 'mechanism'], `must be one of ${SASL_MECHANISMS.join(', ')}`);
  const name = textSetting(fields, 'user') ?? user;
  const secret = textSetting(fields, 'password') ?? password;
  if (name === undefined && secret === undefined && options['sasl'] === undefined) return undefined;
  if (name === undefined || secret === undefined)
    throw settingError(['sasl'], 'needs `user` and `password`', 'here, or in the connection string');
  return { mechanism: known, user: name, password: secret };
}
