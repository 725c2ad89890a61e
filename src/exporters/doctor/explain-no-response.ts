import type { NoResponse } from './send-query.ts';
import type { DoctorFinding } from './finding.ts';

/** Route of a connection, as far as explanations need it. */
export interface ConnectionRoute {
  readonly url: URL;
  /** Host and port of the proxy, if any. */
  readonly proxy: string | undefined;
}

/** Explains a missing response, and its remedy. */
export function explainNoResponse({ status, reason }: NoResponse, route: ConnectionRoute): DoctorFinding {
  return { verdict: 'fail', step: 'connection', message: reason, hint: hintFor(status, reason, route) };
}

function hintFor(status: NoResponse['status'], reason: string, { url, proxy }: ConnectionRoute): string {
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
