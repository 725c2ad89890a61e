import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { LoadbotError } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/network/loopback.ts';

/** Where the control API listens, and who may use it. */
export interface ControlAccess {
  /** Address to listen on. */
  readonly host: string;
  /** Token that clients send as `Authorization: Bearer`; `undefined`: none, on loopback only. */
  readonly token: string | undefined;
}

/** Loopback without a token: every program of this machine can control the run. */
export const LOOPBACK_ACCESS: ControlAccess = { host: '127.0.0.1', token: undefined };

/** A refusal: HTTP status and reason. */
interface AccessRefusal {
  readonly status: 401 | 403;
  readonly error: string;
}

/** Checks of the headers of a request, before anything of it is used. */
export interface AccessRules {
  /**
   * Refuses clients that may not connect.
   * @param isPublic whether the route answers without a token
   */
  client(headers: IncomingHttpHeaders, isPublic: boolean): AccessRefusal | undefined;
  /** Refuses requests that pages of other sites send. */
  origin(headers: IncomingHttpHeaders): AccessRefusal | undefined;
}

/** @throws {LoadbotError} `config_invalid` for an address beyond loopback without a token */
export function createAccessRules({ host, token }: ControlAccess): AccessRules {
  const isLocal = isLoopback(host);
  if (!isLocal && token === undefined) {
    throw new LoadbotError('config_invalid', `the control API on ${host} needs a token`, {
      hint: 'set --token_file FILE or the variable LOADBOT_CONTROL_TOKEN, or leave out --control_host',
    });
  }
  const expected = token === undefined ? undefined : digest(token);
  return {
    client({ host: named, authorization = '' }, isPublic) {
      // Elsewhere the token protects from pages whose name resolves to this address: they do not have it.
      if (isLocal && !isLoopbackHost(named) && named?.replace(/:\d+$/, '') !== host) return NOT_LOOPBACK;
      if (expected === undefined || isPublic) return undefined;
      const [, given] = /^bearer +(\S+)$/i.exec(authorization) ?? [];
      if (given === undefined) return { status: 401, error: 'the header authorization: Bearer TOKEN is needed' };
      // Digests are compared, so that neither length nor content affects the duration.
      return timingSafeEqual(digest(given), expected) ? undefined : { status: 401, error: 'the token is wrong' };
    },
    origin({ host: named = '', origin }) {
      if (origin === undefined || isSameOrigin(origin, named)) return undefined;
      return { status: 403, error: 'requests from pages of other sites are refused' };
    },
  };
}

const NOT_LOOPBACK: AccessRefusal = { status: 403, error: 'the Host header must be localhost, 127.0.0.1 or [::1]' };

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/**
 * Whether a Host header names this machine's loopback. A page in a browser can make its own name lead to 127.0.0.1 (DNS
 * rebinding) and would then pass for a local one, but the browser still sends that name.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && LOOPBACK.test(host);
}

/** Whether a page of this origin came from the host that the request names; a proxy may have added TLS. */
function isSameOrigin(origin: string, host: string): boolean {
  const named = /^https?:\/\/(.+)$/i.exec(origin)?.[1];
  return named !== undefined && named.toLowerCase() === host.toLowerCase();
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
