import { LoadbotError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { decodeUserinfo } from '../../shared/network/userinfo.ts';
import { parseDuration } from '../../shared/units.ts';
import type { DriverOptions } from '../driver.ts';
import { type ReportSetting, requireKnownSettings, settingError, tlsSettings } from '../driver-settings.ts';
import { resolveDirectEndpoint } from '../http/direct-endpoint.ts';
import type { Endpoint } from '../http/endpoint.ts';

/** Settings of the connections of a job. */
export interface WebSocketSettings {
  readonly endpoint: Endpoint;
  /** Path and query of the upgrade. */
  readonly path: string;
  /** Value of `host`. */
  readonly host: string;
  /** Further headers of the upgrade, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Offered subprotocols, preferred ones first. */
  readonly subprotocols: readonly string[];
  /** Whether messages are compressed (permessage-deflate, RFC 7692). */
  readonly compression: boolean;
  /** Time between two pings that keep the connection open, in milliseconds; `undefined`: none. */
  readonly pingMs: number | undefined;
  /** Maximum size of a received message in bytes, after decompression. */
  readonly maxMessageBytes: number;
}

const FIELDS: readonly string[] = [
  'headers',
  'subprotocols',
  'compression',
  'tls',
  'ping_interval',
  'max_message_bytes',
];

/** Default of `max_message_bytes`: 16 MiB. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const MOST_MESSAGE_BYTES = 256 * 1024 * 1024;

/** Name of a header, and of a subprotocol (RFC 9110, section 5.6.2). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
/** Visible characters and blanks, without blanks at the ends (RFC 9110, section 5.5). */
const HEADER_VALUE = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;
/** Headers of the upgrade that the driver sends itself, or that delimit a body. */
const RESERVED = /^(?:host|connection|upgrade|sec-websocket-.*|content-length|transfer-encoding)$/;

/** Parses `driver_options` and the connection string of a job, and adds each fault to a list. */
export function readSettings(options: DriverOptions, faults: LoadbotError[]): WebSocketSettings | undefined {
  const { driverOptions, folder, target } = options;
  const report: ReportSetting = (path, fault, hint) => void faults.push(settingError(path, fault, hint));
  requireKnownSettings(driverOptions, FIELDS, [], report);
  const url = parseUrl(target.secretUrl ?? target.url);
  const { compression = false } = driverOptions;
  if (typeof compression !== 'boolean') report(['compression'], 'must be true or false');
  const isSecure = url?.protocol === 'wss:';
  const tls = tlsSettings(driverOptions['tls'], folder, 'wss://', isSecure, [], report);
  const headers = readHeaders(driverOptions['headers'], report);
  const authorization = authorizationOf(url);
  const parts = {
    subprotocols: readSubprotocols(driverOptions['subprotocols'], report),
    compression: compression === true,
    pingMs: readInterval(driverOptions['ping_interval'], report),
    maxMessageBytes: readSize(driverOptions['max_message_bytes'], report),
  };
  if (url === undefined) {
    faults.push(
      new LoadbotError('config_invalid', 'the connection string is not the address of a WebSocket server', {
        hint: 'such as ws://127.0.0.1:8080/path?query',
      }),
    );
    return undefined;
  }
  const hasOwn = headers.some(([name]) => name.toLowerCase() === 'authorization');
  if (authorization !== undefined && hasOwn)
    report(['headers', 'authorization'], 'is given beside credentials in the connection string', 'keep one of the two');
  try {
    const endpoint = resolveDirectEndpoint(options, `${isSecure ? 'https' : 'http'}://${url.host}`, 1, tls);
    const all = authorization === undefined ? headers : [...headers, ['authorization', authorization] as const];
    return { ...parts, endpoint, headers: all, host: url.host, path: url.pathname + url.search };
  } catch (error) {
    if (!(error instanceof LoadbotError)) throw error;
    faults.push(error);
    return undefined;
  }
}

function parseUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url === undefined || url.hostname === '' ? undefined : url;
}

/** Value of the header for the credentials of the URL (RFC 7617). */
function authorizationOf(url: URL | undefined): string | undefined {
  if (url === undefined || (url.username === '' && url.password === '')) return undefined;
  const credentials = `${decodeUserinfo(url.username)}:${decodeUserinfo(url.password)}`;
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

function readHeaders(given: Json | undefined, report: ReportSetting): WebSocketSettings['headers'] {
  if (given === undefined) return [];
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    report(['headers'], 'must be an object', 'such as { "authorization": "Bearer ${TOKEN}" }');
    return [];
  }
  const headers = Object.entries(given as { readonly [name: string]: Json });
  return headers.flatMap(([name, value]): [string, string][] => {
    const path = ['headers', name];
    if (!TOKEN.test(name)) report(path, 'is not the name of a header');
    else if (RESERVED.test(name.toLowerCase())) report(path, 'is set by the driver', hintOfReserved(name));
    else if (typeof value !== 'string') report(path, 'must be text');
    else if (!HEADER_VALUE.test(value)) report(path, 'is not the value of a header');
    else return [[name, value]];
    return [];
  });
}

function hintOfReserved(name: string): string | undefined {
  return /^sec-websocket-protocol$/i.test(name) ? 'give `subprotocols`' : undefined;
}

function readSubprotocols(given: Json | undefined, report: ReportSetting): readonly string[] {
  if (given === undefined) return [];
  const list: readonly Json[] = Array.isArray(given) ? (given as readonly Json[]) : [given];
  const names = list.filter((one): one is string => typeof one === 'string' && TOKEN.test(one));
  if (names.length < list.length || names.length === 0)
    report(['subprotocols'], 'must be a name or a list of names', 'such as ["graphql-transport-ws"]');
  if (new Set(names).size < names.length) report(['subprotocols'], 'has a name twice');
  return names;
}

function readInterval(given: Json | undefined, report: ReportSetting): number | undefined {
  if (given === undefined) return undefined;
  const ms = typeof given === 'string' ? parseDuration(given) : undefined;
  if (ms !== undefined && ms > 0) return ms;
  report(['ping_interval'], 'must be a duration above 0', 'such as "30s"');
  return undefined;
}

function readSize(given: Json | undefined, report: ReportSetting): number {
  if (given === undefined) return MAX_MESSAGE_BYTES;
  if (typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= MOST_MESSAGE_BYTES) return given;
  report(['max_message_bytes'], `must be a whole number from 1 to ${MOST_MESSAGE_BYTES}`);
  return MAX_MESSAGE_BYTES;
}
