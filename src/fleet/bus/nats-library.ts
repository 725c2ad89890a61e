import type * as jetstream from '@nats-io/jetstream';
import type * as nats from '@nats-io/transport-node';
import { requirePackage } from '../../shared/optional-package.ts';

export type NatsLibrary = typeof nats;
export type JetStreamLibrary = typeof jetstream;

const NATS = { name: '@nats-io/transport-node', major: 3 } as const;
export const JETSTREAM = { name: '@nats-io/jetstream', major: 3 } as const;

/** @throws {LoadbotError} `config_invalid` if the library is not installed */
export async function loadNatsLibrary(): Promise<NatsLibrary> {
  requirePackage(NATS, 'a fleet over NATS');
  return import('@nats-io/transport-node');
}

/** @throws {LoadbotError} `config_invalid` if the library is not installed */
export async function loadJetStreamLibrary(): Promise<JetStreamLibrary> {
  requirePackage(JETSTREAM, 'the store of last states');
  return import('@nats-io/jetstream');
}
