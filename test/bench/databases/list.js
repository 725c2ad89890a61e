import { MARIADB } from './mariadb.js';
import { MONGODB } from './mongodb.js';
import { POSTGRES } from './postgres.js';
import { REDIS } from './redis.js';

/** @type {readonly import('../databases.js').Database[]} */
export const DATABASES = [POSTGRES, MARIADB, MONGODB, REDIS];
