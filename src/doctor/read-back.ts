import { PUSH_PROTOCOLS } from '../push-catalog.ts';
import { formatMs } from '../shared/units.ts';
import { createSendQuery } from './send-query.ts';
import type { Examination, DoctorFinding } from './examination.ts';
import { GZIP_HINT } from './explain.ts';
import { isAccepted, type ProbePush, type PushedProbe } from './probe-push.ts';
import { createReader, type Reader, type StoredProbe, type ProbeDetection, waitForProbe } from './reader.ts';
import type { Receiver } from './receiver.ts';
import type { PushProtocolEntry } from '../exporters/push/protocol.ts';
import type { Labels } from '../metrics/family.ts';

/** Reads back an accepted probe. Reports where and how it is stored, or why it is missing. */
export async function readBack(
  examined: Examination,
  probes: ProbePush,
  pushed: PushedProbe,
  receiver: Receiver | undefined,
): Promise<void> {
  const { report, clock, readWithinMs } = examined;
  // Half of the timeout when compression may be the cause; the other half is for the retry without compression.
  const withinMs = pushed.wasGzipped ? readWithinMs / 2 : readWithinMs;
  const sighting = await waitForProbe(openReader(examined, pushed.epochMs), [pushed.value], withinMs, clock);
  if (sighting.kind === 'unreadable') {
    report({ verdict: 'fail', step: 'read back', message: sighting.reason, hint: unreadableHint(receiver) });
    return;
  }
  const found = sighting.kind === 'absent' && pushed.wasGzipped ? await tryPlain(examined, probes, pushed) : sighting;
  if (found?.kind === 'seen') {
    if (found.value !== pushed.value) {
      const message = 'compressed pushes are accepted but dropped; uncompressed pushes are stored';
      report({ verdict: 'fail', step: 'gzip', message, hint: GZIP_HINT });
    }
    reportSeen(examined, found);
    return;
  }
  const message = `accepted, but not found at ${sighting.where} within ${formatMs(readWithinMs)}`;
  report({ verdict: 'fail', step: 'read back', message, hint: absentHint(receiver) });
}

/** Retries without compression, while also looking for the compressed probe. */
async function tryPlain(
  examined: Examination,
  probes: ProbePush,
  compressed: PushedProbe,
): Promise<ProbeDetection | undefined> {
  const plain = await probes.push(false);
  if (!isAccepted(plain.answer)) return undefined;
  const { clock, readWithinMs } = examined;
  const values = [compressed.value, plain.value];
  return waitForProbe(openReader(examined, plain.epochMs), values, readWithinMs / 2, clock);
}

function openReader({ target, protocolName, protocol, ask, query }: Examination, epochMs: number): Reader {
  const common = { protocol: PUSH_PROTOCOLS[protocolName], pushUrl: protocol.url, epochMs };
  if (query === undefined) return createReader({ ...common, ask, queryUrl: undefined });
  // Credentials are not sent to other hosts.
  const isSameHost = new URL(query.url).hostname === new URL(protocol.url).hostname;
  const headers = { ...(isSameHost ? target.headers : {}), ...query.headers };
  return createReader({
    ...common,
    ask: createSendQuery({ ...target, ...query, headers }, target.timeoutMs),
    queryUrl: query.url,
  });
}

function reportSeen(
  { target, report, labels, protocolName, protocol }: Examination,
  { labels: stored, where, afterMs }: StoredProbe,
): void {
  report({ verdict: 'ok', step: 'read back', message: `from ${where}, after ${formatMs(afterMs)}` });
  const sent = { ...labels, ...target.extraLabels };
  const compared = { sent, stored, protocol: PUSH_PROTOCOLS[protocolName], pushUrl: protocol.url };
  for (const finding of compareLabels(compared)) report(finding);
}

function unreadableHint(receiver: Receiver | undefined): string {
  if (receiver?.advice?.includes('--query_url')) return receiver.advice;
  const whom = receiver === undefined ? '' : `, and the receiver is ${receiver.name}`;
  return `an accepted push does not prove that it is stored${whom}: set --query_url http://STORE, the base URL of /api/v1/query`;
}

function absentHint(receiver: Receiver | undefined): string {
  if (receiver?.name === 'VictoriaMetrics') {
    return 'VictoriaMetrics also responds 204 to dropped samples: older than its -retentionPeriod, over two days ahead, or dropped by relabelling; its log has the reason';
  }
  const whom = receiver === undefined ? '' : `; the receiver is ${receiver.name}`;
  return `check that this is the store behind the push URL; set another one with --query_url${whom}`;
}

/** Labels as sent and as read back. */
interface LabelComparison {
  readonly sent: Labels;
  readonly stored: Labels;
  readonly protocol: PushProtocolEntry;
  /** Push URL. */
  readonly pushUrl: string;
}

/** Reports whether the labels are stored unchanged, or how they differ. */
function compareLabels({ sent, stored, protocol, pushUrl }: LabelComparison): DoctorFinding[] {
  const changed = Object.entries(sent).filter(([name, value]) => (stored[name] ?? '') !== value);
  if (changed.length === 0) return [{ verdict: 'ok', step: 'labels', message: 'stored unchanged' }];
  return changed.map(([name, value]) => explainChange(name, value, { sent, stored, protocol, pushUrl }));
}

function explainChange(name: string, value: string, { stored, protocol, pushUrl }: LabelComparison): DoctorFinding {
  const step = 'labels';
  if (name === 'job' && stored['workload_job'] === value) {
    const whose = protocol.identifiesAgent ? 'holds service.name' : 'belongs to the group';
    return { verdict: 'ok', step, message: `job ${whose} here; query workload_job="${value}"` };
  }
  const became = stored[name] === undefined ? 'is missing' : `is stored as "${stored[name]}"`;
  const message = `${name}="${value}" ${became}`;
  if (stored[`exported_${name}`] === value) {
    const hint = 'set honor_labels: true in its scrape configuration';
    return { verdict: 'warn', step, message: `${message}; the sent value is in exported_${name}`, hint };
  }
  const overriding = new URL(pushUrl).searchParams.getAll('extra_label').some((pair) => pair.startsWith(`${name}=`));
  const hint = overriding
    ? `extra_label=${name}=... in the URL replaces it: remove or rename it`
    : `the receiver, or a proxy in front of it, replaces it: check its relabelling${name === 'job' ? '; --job_label calls it otherwise' : ''}`;
  return { verdict: 'warn', step, message, hint };
}
