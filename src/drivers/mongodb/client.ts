import type * as mongodb from 'mongodb';

/** The `mongodb` package, imported on demand. */
export type MongoLibrary = typeof mongodb;

export type { Db, Document, MongoClient, MongoClientOptions, RunCommandOptions } from 'mongodb';
