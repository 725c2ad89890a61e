import { MARIADB } from './mariadb.js';
import { MONGODB_FIND, MONGODB_INSERT } from './mongodb.js';
import { POSTGRES } from './postgres.js';
import { REDIS } from './redis.js';
import { WEBSOCKET } from './websocket.js';

/** @type {readonly import('../databases.js').Database[]} */
export const DATABASES = [POSTGRES, MARIADB, MONGODB_FIND, MONGODB_INSERT, REDIS, WEBSOCKET];
