import { MARIADB } from './mariadb.js';
import { MONGODB } from './mongodb.js';
import { POSTGRES } from './postgres.js';
import { REDIS } from './redis.js';
import { WEBSOCKET } from './websocket.js';

/** @type {readonly import('../databases.js').Database[]} */
export const DATABASES = [POSTGRES, MARIADB, MONGODB, REDIS, WEBSOCKET];
