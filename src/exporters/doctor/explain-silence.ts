import type { Silence } from './ask.ts';
import type { Finding } from './finding.ts';

/** Where a connection goes, as far as explanations need it. */
export interface Route {
  readonly url: URL;
  /** Host and port of the proxy in between, if any. */
  readonly proxy: string | undefined;
}

/** Why nobody answered, and what to do. */
export function explainSilence({ status, reason }: Silence, route: Route): Finding {
  return { verdict: 'fail', step: 'connection', message: reason, hint: hintFor(status, reason, route) };
}

function hintFor(status: Silence['status'], reason: string, { url, proxy }: Route): string {
  const peer = proxy === undefined ? url.host : `the proxy ${proxy}`;
  if (status === 'tls') return tlsHint(reason, url);
  const hints: Readonly<Record<typeof status, string>> = {
    dns: `does this machine know that name? One of a container is known only in the container's network`,
    refused: `nothing listens at ${peer}: is it running, is this its port, is it open to more than its own loopback?`,
    timeout: `${peer} hangs, or a firewall swallows what is sent; for one that is slow raise timeout_seconds of the push target (a run gives it up to 60 s)`,
    reset: `${peer} hung up: it may want TLS (https), or something in between cuts connections`,
    parse: `what answers at ${peer} does not speak HTTP: is this the right port?`,
  };
  return hints[status];
}

function tlsHint(reason: string, url: URL): string {
  if (/wrong version number|packet length|EPROTO/i.test(reason)) {
    return `${url.host} does not speak TLS: use http:// instead of https://`;
  }
  if (/expired/i.test(reason)) return 'renew the certificate, or set the clock if it is this that is wrong';
  if (/altname|does not match/i.test(reason)) {
    return `the certificate is for another name: use that one in the URL, or set tls.server_name`;
  }
  if (/self[- ]signed|unable to (get|verify)|unknown ca|CERT_/i.test(reason)) {
    return 'give the authority that signed the certificate: tls.ca';
  }
  if (/alert/i.test(reason)) return 'the server refuses us: it may want a client certificate, tls.cert and tls.key';
  return 'see the settings under tls';
}
