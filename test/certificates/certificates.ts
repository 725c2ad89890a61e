import { readFileSync } from 'node:fs';

type Name =
  | 'ca'
  | 'server'
  | 'server-key'
  | 'expired'
  | 'other-host'
  | 'self-signed'
  | 'link'
  | 'client'
  | 'client-key';

/** One of the PEM files that `make.sh` made. All server certificates go with `server-key`; the authority is `ca`. */
export function certificate(name: Name): string {
  return readFileSync(new URL(`${name}.pem`, import.meta.url), 'utf8');
}
