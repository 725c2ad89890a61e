import { readFileSync } from 'node:fs';
import type { TlsOptions } from '../../src/shared/network/destination.ts';

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

/** Trusts the authority of the server certificates, and has no certificate of its own. */
export const TRUSTING: TlsOptions = {
  ca: certificate('ca'),
  cert: undefined,
  key: undefined,
  serverName: undefined,
  insecureSkipVerify: false,
};
