import type { SettingSources } from '../../plan-context.ts';
import type { PushTarget } from '../../../plan/push-target.ts';
import type { PushProtocolName } from '../../../push-catalog.ts';
import { type PushTargetEntry, planPushTarget, type PushTargetSettings } from './push-target.ts';
import { authHeaders, type ServerUrl } from '../server.ts';
import { DEFAULTS } from '../../defaults.ts';
import { spellingOf } from '../../flags.ts';
import type { LabelRules } from '../../../plan/label-rules.ts';
import { redactUrl } from '../../../shared/redact.ts';
import { secondsToMs } from '../../../shared/units.ts';
import { checkExtraLabels } from '../labels.ts';
import type { FieldPlace, ReportProblem } from '../../diagnostics.ts';
import { PUSH_URL_VARIABLE, readPushEnvironment, readPushUrl } from './push-environment.ts';
import { mergeTls } from '../connection.ts';

/** The fields of `agent` about push targets. */
interface PushFields {
  readonly metrics_export_url?: ServerUrl | undefined;
  readonly metrics_export_interval_seconds?: number | undefined;
  readonly metrics_export_targets?: readonly PushTargetEntry[] | undefined;
}

/** The flags about push targets, parsed. */
interface PushFlags {
  readonly pushUrls: readonly ServerUrl[];
  readonly pushProtocol: PushProtocolName | undefined;
  /** Lower-case names. */
  readonly pushHeaders: Readonly<Record<string, string>>;
}

/** Inputs of the plan of push targets. */
export type PushSources = SettingSources<PushFields, PushFlags>;

/** The targets of flag, environment or simple field, then those that the file lists. */
export function planPushTargets(sources: PushSources, labelRules: LabelRules): readonly PushTarget[] {
  const { entry: agent, report } = sources;
  const intervalMs = secondsToMs(
    agent.metrics_export_interval_seconds ?? DEFAULTS.agent.metrics_export_interval_seconds,
  );
  const settings = [...simpleTargets(sources), ...listedTargets(sources)];
  for (const { entry, place } of settings) {
    if (typeof place === 'string') continue;
    checkExtraLabels(entry.extra_labels ?? {}, [...place.slice(0, -1), 'extra_labels'], labelRules, report);
  }
  const seen = new Map<string, FieldPlace>();
  return settings.map((one) => {
    const target = planPushTarget(one, intervalMs, report);
    const { url, protocol, headers, extraLabels } = target;
    const identity = JSON.stringify([url, protocol, headers, extraLabels]);
    if (seen.has(identity)) report(one.place, `${redactUrl(url)} is given twice`, 'leave one of the two out');
    seen.set(identity, one.place);
    return target;
  });
}

/** Targets given by URL alone; flags and environment hold their other settings. */
function simpleTargets(sources: PushSources): readonly PushTargetSettings[] {
  const { flags, surroundings, report } = sources;
  const { place, urls } = simpleUrls(sources);
  if (urls.length === 0) {
    reportIdleFlags(flags, report);
    return [];
  }
  const { authorization, headers, tls } = readPushEnvironment(surroundings, report);
  const ofEnvironment = authorization === undefined ? {} : { authorization };
  return urls.map(({ url, headers: ofUrl }) => {
    // Credentials in the file's URL belong to the file; in any other URL they were given with it.
    const credentials = typeof place === 'string' ? [ofEnvironment, ofUrl] : [ofUrl, ofEnvironment];
    const entry = { protocol: flags.pushProtocol };
    return { entry, url, headers: [...credentials, headers, flags.pushHeaders], tls, place };
  });
}

function simpleUrls({ entry, flags, surroundings, report }: PushSources): {
  readonly place: FieldPlace;
  readonly urls: readonly ServerUrl[];
} {
  if (flags.pushUrls.length > 0) return { place: spellingOf('metrics_export_url'), urls: flags.pushUrls };
  const url = readPushUrl(surroundings, report);
  if (url !== undefined) return { place: PUSH_URL_VARIABLE, urls: [url] };
  return { place: ['agent', 'metrics_export_url'], urls: [entry.metrics_export_url ?? []].flat() };
}

/** Reports flags about absent push targets. */
function reportIdleFlags({ pushProtocol, pushHeaders }: PushFlags, report: ReportProblem): void {
  const message = 'needs --metrics_export_url, which is not given';
  const hint = 'targets of the file have separate settings';
  if (pushProtocol !== undefined) report(spellingOf('metrics_export_protocol'), message, hint);
  if (Object.keys(pushHeaders).length > 0) report(spellingOf('metrics_export_header'), message, hint);
}

function listedTargets({
  entry: { metrics_export_targets: targets = [] },
  reader,
}: PushSources): readonly PushTargetSettings[] {
  return targets.map(({ url: server, headers = {}, auth, tls, ...entry }, index) => {
    const path = ['agent', 'metrics_export_targets', index];
    return {
      entry,
      url: server.url,
      headers: [server.headers, authHeaders(auth), headers],
      tls: mergeTls([{ tls, path: [...path, 'tls'] }], reader),
      place: [...path, 'url'],
    };
  });
}
