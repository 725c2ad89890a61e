import { messageOf, LoadbotError } from '../../shared/errors.ts';
import { failureReason } from '../../shared/network/failure-reason.ts';
import { firstLine } from '../../shared/secrets.ts';
import { BusError } from './bus.ts';
import { NATS_ENVIRONMENT as NAMES } from './nats-credentials.ts';
import type { NatsLibrary } from './nats-library.ts';
import type { NatsSettings } from './nats-settings.ts';

/** Explains why a connection to NATS could not be opened: one message, without secrets. */
export function explainConnectError(error: unknown, settings: NatsSettings, library: NatsLibrary): LoadbotError {
  if (error instanceof LoadbotError) return error;
  const { shown, credentials } = settings;
  const reason = firstLine(failureReason(error).reason, settings.secrets);
  const text = firstLine(messageOf(error), settings.secrets);
  if (error instanceof library.errors.AuthorizationError) {
    const message = `the bus ${shown} refused ${credentials === undefined ? 'a connection without credentials' : 'the credentials'}: ${text}`;
    return new LoadbotError('config_invalid', message, { hint: hintOfCredentials(settings), cause: error });
  }
  if (/does not support 'tls'/.test(text)) {
    const hint = 'give the server a certificate (`tls` in its configuration), or use nats://localhost on one machine';
    return new LoadbotError('config_invalid', `the bus ${shown} does not offer TLS`, { hint, cause: error });
  }
  if (isTlsError(error)) {
    const message = `TLS to the bus ${shown} failed: ${reason.replace(/^tls \((.*)\)$/, '$1')}`;
    return new LoadbotError('config_invalid', message, { hint: hintOfTls(reason), cause: error });
  }
  const isSilent = error instanceof library.errors.TimeoutError;
  const why = isSilent ? 'the server does not answer' : reason.replace(/^invalid response \((.*)\)$/, '$1');
  return new LoadbotError('server_unreachable', `cannot connect to the bus ${shown}: ${why}`, {
    hint: 'start nats-server there, or correct the URL',
    cause: error,
  });
}

export function clientCertificateNeeded({ shown }: NatsSettings): LoadbotError {
  return new LoadbotError('config_invalid', `the bus ${shown} demands a client certificate`, {
    hint: `set ${NAMES.cert} and ${NAMES.key} to a certificate that the server trusts, and its key`,
  });
}

/** A server does not report why it ends the connection of a slow consumer. */
export function explainLoss({ shown }: NatsSettings): BusError {
  const reason = 'if the server runs, its log has the reason; "Slow Consumer" means that this process reads too slowly';
  return new BusError('disconnected', `lost the connection to the bus ${shown}, reconnecting: ${reason}`);
}

/** A message of the server after the connection was opened, as a problem of the bus. */
export function explainServerError(error: unknown, settings: NatsSettings, library: NatsLibrary): BusError {
  const text = firstLine(messageOf(error), settings.secrets);
  if (error instanceof library.errors.PermissionViolationError) {
    const action = error.operation === 'subscription' ? 'subscribe to' : 'publish to';
    return new BusError('refused', `the bus ${settings.shown} does not allow this user to ${action} ${error.subject}`);
  }
  if (error instanceof library.errors.AuthorizationError) {
    return new BusError('disconnected', `the bus ${settings.shown} refused the credentials at a reconnect: ${text}`);
  }
  return new BusError('disconnected', `the bus ${settings.shown} reported: ${text}`);
}

function isTlsError(error: unknown): boolean {
  return failureReason(error).status === 'tls';
}

function hintOfCredentials({ credentials }: NatsSettings): string {
  if (credentials === undefined) {
    return `set ${NAMES.user} and ${NAMES.password}, ${NAMES.token}, ${NAMES.nkeyFile} or ${NAMES.credsFile}`;
  }
  if ('user' in credentials) return `check ${NAMES.user} and ${NAMES.password} against the users of the server`;
  if ('token' in credentials) return `check ${NAMES.token} against the token of the server`;
  return `check that the server knows the user of ${'seed' in credentials ? NAMES.nkeyFile : NAMES.credsFile}`;
}

function hintOfTls(reason: string): string {
  if (/expired|not yet valid/.test(reason)) return 'renew the certificate of the server';
  if (/altnames/.test(reason)) return 'use a host name or an address that the certificate has';
  if (/alert/.test(reason)) return `check ${NAMES.cert} and ${NAMES.key}: the server does not accept them`;
  return `set ${NAMES.ca} to the certificate of the server's authority`;
}
