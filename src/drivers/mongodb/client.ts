import type * as mongodb from 'mongodb';
import { loadPeer, PEERS } from '../optional-peer.ts';

/** The `mongodb` package, imported on demand. */
export type MongoLibrary = typeof mongodb;

export type { Db, Document, MongoClient, MongoClientOptions, RunCommandOptions } from 'mongodb';

/** @throws {LoadbotError} when it is not installed */
export async function loadMongodb(): Promise<MongoLibrary> {
  return loadPeer(PEERS.mongodb, () => import('mongodb'));
}
