import { redactUrl } from '../../shared/redact.ts';
import type { ReceiverResponse } from './send-query.ts';
import type { DoctorFinding } from './finding.ts';
import type { Receiver } from './receiver.ts';

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
  return { verdict: 'fail', step: 'push', message: `status ${status}${said}`, hint: hintFor(answer, circumstances) };
}

function hintFor(answer: ReceiverResponse, circumstances: ResponseContext): string {
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
  return `${whom} does not have this path. VictoriaMetrics has /api/v1/import/prometheus, Prometheus /api/v1/write, a Pushgateway /metrics/job/loadbot, OTLP /v1/metrics`;
}

function redirectHint({ headers }: ReceiverResponse, { pushUrl }: ResponseContext): string {
  const location = headers['location'] ?? '';
  const to = URL.canParse(location, pushUrl) ? redactUrl(new URL(location, pushUrl).href) : 'an invalid location';
  if (/login|auth|sso|signin/i.test(to))
    return `the receiver redirects to a login page, ${to}: set credentials, or bypass it`;
  return `redirects are not followed, because a push would lose its body: push to ${to}`;
}
