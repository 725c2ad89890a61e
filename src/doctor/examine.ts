import type { LabelRules } from '../plan/label-rules.ts';
import type { PushTarget } from '../plan/push-target.ts';
import { redactUrl } from '../shared/redact.ts';
import { redactSecrets, secretsOf } from '../shared/secrets.ts';
import type { Labels } from '../metrics/family.ts';
import { createRelabel } from '../metrics/relabel.ts';
import { openProtocol, protocolNameOf } from '../push-catalog.ts';
import { createSendQuery } from './send-query.ts';
import type { Examination, QueryEndpoint } from './examination.ts';
import { checkClock, checkRoute } from './check-connection.ts';
import { cleanUp, probeExposition, isAccepted, ProbePush, type PushedProbe } from './probe-push.ts';
import { explainResponse, explainNoResponse, explainSlowness, GZIP_HINT } from './explain.ts';
import { baseOf } from './reader.ts';
import { readBack } from './read-back.ts';
import { identifyReceiver } from './receiver.ts';

/** Options of an examination besides the target. */
export interface ExaminationOptions extends Pick<Examination, 'report' | 'clock' | 'random'> {
  /** Name of this agent. */
  readonly agent: string;
  readonly labelRules: LabelRules;
  readonly query?: QueryEndpoint | undefined;
  /** Timeout for reading back an accepted probe, in milliseconds; default 20 s. */
  readonly readWithinMs?: number;
}

/** Stores expose new data with a delay: a VictoriaMetrics needed up to 9 s for a new series. */
const READ_WITHIN_MS = 20_000;

/**
 * Pushes a probe to a target as a run would, reads it back step by step, and removes it where possible. Faults of the
 * receiver never reject.
 * @returns whether metrics arrive: the probe was read back and no other fault was found
 * @throws {LoadbotError} for a permanent error of the protocol
 */
export async function examineTarget(target: PushTarget, options: ExaminationOptions): Promise<boolean> {
  let isSound = true;
  const examined = await openCase(target, {
    ...options,
    report(finding) {
      isSound &&= finding.verdict !== 'fail';
      options.report(finding);
    },
  });
  await examined.protocol.prepare?.();
  await examine(examined);
  return isSound;
}

async function openCase(target: PushTarget, options: ExaminationOptions): Promise<Examination> {
  const { agent, labelRules, query, readWithinMs = READ_WITHIN_MS, report, clock, random } = options;
  // The probe is never scraped, so a Pushgateway need not keep it.
  const protocol = await openProtocol(
    { ...target, graceMs: 0 },
    { agent, startEpochMs: clock.epochMs(), instance: undefined },
  );
  return {
    target,
    protocolName: protocolNameOf(target),
    protocol,
    ask: createSendQuery({ ...target, url: protocol.url }, target.timeoutMs),
    labels: probeLabels(agent, labelRules),
    query,
    readWithinMs,
    report,
    clock,
    random,
  };
}

function probeLabels(agent: string, { added, dropped, jobLabel }: LabelRules): Labels {
  // A uuid is always included, so that the probe is a separate group in a Pushgateway and replaces no other.
  const rules = { added, dropped: dropped.filter((name) => name !== 'job_uuid'), jobLabel };
  const labels = { job: 'loadbot doctor', job_uuid: 'doctor', agent };
  const [family] = createRelabel(rules)(probeExposition(labels, 0, 0).families);
  return family?.samples[0]?.labels ?? labels;
}

async function examine(examined: Examination): Promise<void> {
  const { target, protocolName, protocol, ask, report, clock } = examined;
  const { url } = protocol;
  report({ verdict: 'ok', step: 'target', message: `${protocolName} to ${redactUrl(url)}` });
  const route = await checkRoute(url, target.proxy);
  report(route);
  if (route.verdict === 'fail') return;

  const probes = new ProbePush(examined);
  const startedMs = clock.nowMs();
  const first = await probes.push(target.gzip);
  const tookMs = clock.nowMs() - startedMs;
  const { answer } = first;
  if (answer.kind === 'silence') {
    const proxy = target.proxy === undefined ? undefined : new URL(target.proxy).host;
    report(explainNoResponse(answer, { url: new URL(url), proxy }));
    return;
  }
  const clocks = checkClock(answer, clock.epochMs());
  const receiver = await identifyReceiver(ask, baseOf(url));
  if (receiver !== undefined) report({ verdict: 'ok', step: 'receiver', message: receiver.name });
  if (clocks !== undefined) report(clocks);

  const pushed = isAccepted(answer) ? first : await pushPlain(examined, probes, first);
  if (pushed === undefined) {
    const hasCredentials = target.headers['authorization'] !== undefined;
    report(explainResponse(answer, { pushUrl: url, hasCredentials, receiver }));
    return;
  }
  reportAccepted(examined, pushed);
  if (tookMs > target.intervalMs) report(explainSlowness(tookMs, target.intervalMs));
  await readBack(examined, probes, pushed, receiver);
  await cleanUp(examined, probes);
}

/** Retries without compression, to find out whether compression is the cause. */
async function pushPlain(
  { report }: Examination,
  probes: ProbePush,
  refused: PushedProbe,
): Promise<PushedProbe | undefined> {
  const { answer, wasGzipped } = refused;
  if (!wasGzipped || answer.kind === 'silence' || answer.status < 400) return undefined;
  const plain = await probes.push(false);
  if (!isAccepted(plain.answer)) return undefined;
  const said = answer.excerpt === '' ? '' : ` (${answer.excerpt})`;
  const message = `status ${answer.status}${said} to a compressed push; an uncompressed push is accepted`;
  report({ verdict: 'fail', step: 'gzip', message, hint: GZIP_HINT });
  return plain;
}

function reportAccepted({ target, protocol, report }: Examination, { answer }: PushedProbe): void {
  if (answer.kind === 'silence') return;
  const rejection = protocol.readRejection?.(answer.body);
  if (rejection === undefined) {
    report({ verdict: 'ok', step: 'push', message: `accepted, status ${answer.status}` });
    return;
  }
  const reason = redactSecrets(rejection.reason, secretsOf({ ...target, url: protocol.url }));
  const message = `status ${answer.status}, but the receiver rejected the sample: ${reason}`;
  report({ verdict: 'fail', step: 'push', message, hint: "see the receiver's limits and its log" });
}
