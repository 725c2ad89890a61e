import { MARIADB } from './mariadb.js';
import { POSTGRES } from './postgres.js';

/** @type {readonly import('../databases.js').Database[]} */
export const DATABASES = [POSTGRES, MARIADB];
