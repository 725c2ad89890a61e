import type { NoResponse, ReceiverResponse } from './send-query.ts';
import type { DoctorFinding } from './examination.ts';
import { PUSH_PROTOCOL_ROWS } from '../push-catalog.ts';
import { redactUrl } from '../shared/redact.ts';
import type { Receiver } from './receiver.ts';
import { formatMs } from '../shared/units.ts';

/** Route of a connection, as far as explanations need it. */
export interface ConnectionRoute {
  readonly url: URL;
  /** Host and port of the proxy, if any. */
  readonly proxy: string | undefined;
}

/** Explains a missing response, and its remedy. */
export function explainNoResponse({ status, reason }: NoResponse, route: ConnectionRoute): DoctorFinding {
  return { verdict: 'fail', step: 'connection', message: reason, hint: connectionHint(status, reason, route) };
}

function connectionHint(status: NoResponse['status'], reason: string, { url, proxy }: ConnectionRoute): string {
  const peer = proxy === undefined ? url.host : `the proxy ${proxy}`;
  if (status === 'tls') return tlsHint(reason, url);
  const hints: Readonly<Record<typeof status, string>> = {
    dns: `check that this machine can resolve the name; a container's name resolves only in the container's network`,
    refused: `nothing listens on ${peer}: check that it is running, that the port is right, and that it listens on more than loopback`,
    timeout: `${peer} hangs, or a firewall drops the packets; for a slow receiver raise timeout_seconds of the push target (a run waits up to 60 s)`,
    reset: `${peer} closed the connection: it may require TLS (https), or a middlebox closes connections`,
    parse: `${peer} does not support HTTP: check the port`,
  };
  return hints[status];
}

function tlsHint(reason: string, url: URL): string {
  if (/wrong version number|packet length|EPROTO/i.test(reason)) {
    return `${url.host} does not support TLS: use http:// instead of https://`;
  }
  if (/expired/i.test(reason)) return 'renew the certificate, or correct the clock';
  if (/altname|does not match/i.test(reason)) {
    return `the certificate is for another name: use that name in the URL, or set tls.server_name`;
  }
  if (/self[- ]signed|unable to (get|verify)|unknown ca|CERT_/i.test(reason)) {
    return 'set tls.ca to the CA that signed the certificate';
  }
  if (/alert/i.test(reason))
    return 'the server rejects the client: it may require a client certificate, tls.cert and tls.key';
  return 'check the settings under tls';
}

/** Context of a response. */
export interface ResponseContext {
  /** Push URL. */
  readonly pushUrl: string;
  /** Whether the push carried credentials. */
  readonly hasCredentials: boolean;
  readonly receiver: Receiver | undefined;
}

/** Explains why a push was rejected, and the remedy. */
export function explainResponse(answer: ReceiverResponse, circumstances: ResponseContext): DoctorFinding {
  const { status, excerpt } = answer;
  const said = excerpt === '' ? '' : `: ${excerpt}`;
  return {
    verdict: 'fail',
    step: 'push',
    message: `status ${status}${said}`,
    hint: responseHint(answer, circumstances),
  };
}

function responseHint(answer: ReceiverResponse, circumstances: ResponseContext): string {
  const { status, excerpt } = answer;
  const { hasCredentials, receiver } = circumstances;
  if (status >= 300 && status < 400) return redirectHint(answer, circumstances);
  if (status === 401 || status === 403) {
    const denied = status === 403 ? ', lack the permission, or this address is blocked' : '';
    return hasCredentials
      ? `the credentials are wrong${denied}`
      : `set credentials: in the URL as http://USER:PASSWORD@HOST, or a header authorization`;
  }
  if (status === 407) return 'the proxy requires credentials: http://USER:PASSWORD@PROXY';
  if (/HTTP request to an HTTPS server|plain HTTP request/i.test(excerpt)) return 'use https:// instead of http://';
  if (/remote write receiver needs to be enabled/i.test(excerpt)) {
    return 'start Prometheus with --web.enable-remote-write-receiver';
  }
  if (status === 404 || status === 405 || /unsupported path/i.test(excerpt)) return pathHint(receiver);
  if (status === 413)
    return 'a proxy in front of the receiver limits the body size (nginx: client_max_body_size); a run splits larger bodies, but not a single sample';
  if (status === 415) return 'the receiver does not support this protocol or compression: check protocol and gzip';
  if (status === 429) return 'the receiver limits the rate: push less often, metrics_export_interval_seconds';
  if (status >= 502 && status <= 504)
    return 'a proxy responds, but the receiver behind it does not: check that it is running';
  if (status >= 500) return 'the receiver has an internal error: check its log; a run would retry the samples';
  return `the receiver rejects the data${receiver?.advice === undefined ? '' : `; ${receiver.name}: ${receiver.advice}`}`;
}

function pathHint(receiver: Receiver | undefined): string {
  if (receiver?.advice !== undefined) return `this is ${receiver.name}: ${receiver.advice}`;
  const whom = receiver === undefined ? 'the receiver' : receiver.name;
  const [first, ...others] = PUSH_PROTOCOL_ROWS.map(({ example }) => example).toSorted((a, b) =>
    a.path < b.path ? -1 : 1,
  );
  const paths = others.map(({ receiver: name, path }) => `${name} ${path}`);
  return `${whom} does not have this path. ${first?.receiver} has ${first?.path}, ${paths.join(', ')}`;
}

function redirectHint({ headers }: ReceiverResponse, { pushUrl }: ResponseContext): string {
  const location = headers['location'] ?? '';
  const to = URL.canParse(location, pushUrl) ? redactUrl(new URL(location, pushUrl).href) : 'an invalid location';
  if (/login|auth|sso|signin/i.test(to))
    return `the receiver redirects to a login page, ${to}: set credentials, or bypass it`;
  return `redirects are not followed, because a push would lose its body: push to ${to}`;
}

/** Reports a receiver that takes longer for one sample than the push interval. */
export function explainSlowness(tookMs: number, intervalMs: number): DoctorFinding {
  return {
    verdict: 'warn',
    step: 'time',
    message: `a push takes ${formatMs(tookMs)}, longer than the interval of ${formatMs(intervalMs)}`,
    hint: 'raise interval_seconds of the push target, or metrics_export_interval_seconds; otherwise snapshots queue up and are sent in batches',
  };
}

/** Remedy for lost compressed bodies. */
export const GZIP_HINT =
  'the receiver, or a proxy in front of it, does not support gzip: set "gzip": false for this target in metrics_export_targets';
