import { redactUrl } from '../../core/redact.ts';
import type { Answer } from './ask.ts';
import type { Finding } from './finding.ts';
import type { Receiver } from './receiver.ts';

/** What is known beside the answer itself. */
export interface Circumstances {
  /** Where it was pushed to. */
  readonly pushUrl: string;
  /** Whether the push carried credentials. */
  readonly hasCredentials: boolean;
  readonly receiver: Receiver | undefined;
}

/** Why a push was not accepted, and what to do. */
export function explainAnswer(answer: Answer, circumstances: Circumstances): Finding {
  const { status, excerpt } = answer;
  const said = excerpt === '' ? '' : `: ${excerpt}`;
  return { verdict: 'fail', step: 'push', message: `status ${status}${said}`, hint: hintFor(answer, circumstances) };
}

function hintFor(answer: Answer, circumstances: Circumstances): string {
  const { status, excerpt } = answer;
  const { hasCredentials, receiver } = circumstances;
  if (status >= 300 && status < 400) return redirectHint(answer, circumstances);
  if (status === 401 || status === 403) {
    const denied = status === 403 ? ', or they do not permit this, or this address may not' : '';
    return hasCredentials
      ? `the credentials are wrong${denied}`
      : `give credentials: in the URL as http://USER:PASSWORD@HOST, or a header authorization`;
  }
  if (status === 407) return 'the proxy wants credentials: http://USER:PASSWORD@PROXY';
  if (/HTTP request to an HTTPS server|plain HTTP request/i.test(excerpt)) return 'use https:// instead of http://';
  if (/remote write receiver needs to be enabled/i.test(excerpt)) {
    return 'start Prometheus with --web.enable-remote-write-receiver';
  }
  if (status === 404 || status === 405 || /unsupported path/i.test(excerpt)) return pathHint(receiver);
  if (status === 413)
    return 'something in front of the receiver limits the size of a body (nginx: client_max_body_size); a run divides what is larger, but not one sample';
  if (status === 415) return 'it does not take this protocol or this compression: see protocol and gzip';
  if (status === 429) return 'it limits its rate: push less often, metrics_export_interval_seconds';
  if (status >= 502 && status <= 504) return 'a proxy answers for a receiver that does not: is that one running?';
  if (status >= 500) return 'the receiver has trouble of its own: see its log; a run would send the samples again';
  return `it refuses the data itself${receiver?.advice === undefined ? '' : `; ${receiver.name}: ${receiver.advice}`}`;
}

function pathHint(receiver: Receiver | undefined): string {
  if (receiver?.advice !== undefined) return `this is ${receiver.name}: ${receiver.advice}`;
  const whom = receiver === undefined ? 'what answers there' : receiver.name;
  return `${whom} knows no such path. VictoriaMetrics has /api/v1/import/prometheus, Prometheus /api/v1/write, a Pushgateway /metrics/job/loadbot, OTLP /v1/metrics`;
}

function redirectHint({ headers }: Answer, { pushUrl }: Circumstances): string {
  const location = headers['location'] ?? '';
  const to = URL.canParse(location, pushUrl) ? redactUrl(new URL(location, pushUrl).href) : 'the address it names';
  if (/login|auth|sso|signin/i.test(to)) return `it sends us to log in, at ${to}: give credentials, or go past that`;
  return `redirects are not followed, since a push would lose its body: push to ${to}`;
}
