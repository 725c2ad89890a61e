import type { PushProtocolName } from '../../core/push-target.ts';
import type { Labels } from '../../metrics/family.ts';
import type { Finding } from './finding.ts';

/** Labels as they were sent and as they were read back. */
export interface SentAndStored {
  readonly sent: Labels;
  readonly stored: Labels;
  readonly protocol: PushProtocolName;
  /** Where it was pushed to. */
  readonly pushUrl: string;
}

/** Whether the labels arrive as they are, or what became of them. */
export function compareLabels({ sent, stored, protocol, pushUrl }: SentAndStored): Finding[] {
  const changed = Object.entries(sent).filter(([name, value]) => (stored[name] ?? '') !== value);
  if (changed.length === 0) return [{ verdict: 'ok', step: 'labels', message: 'arrive as they are sent' }];
  return changed.map(([name, value]) => explainChange(name, value, { sent, stored, protocol, pushUrl }));
}

function explainChange(name: string, value: string, { stored, protocol, pushUrl }: SentAndStored): Finding {
  const step = 'labels';
  if (name === 'job' && stored['workload_job'] === value) {
    const whose = protocol === 'otlp' ? 'holds service.name' : 'belongs to the group';
    return { verdict: 'ok', step, message: `job ${whose} here; ask for workload_job="${value}"` };
  }
  const became = stored[name] === undefined ? 'is not there' : `arrives as "${stored[name]}"`;
  const message = `${name}="${value}" ${became}`;
  if (stored[`exported_${name}`] === value) {
    const hint = 'set honor_labels: true in the scrape configuration that fetches it';
    return { verdict: 'warn', step, message: `${message}; it is in exported_${name}`, hint };
  }
  const overriding = new URL(pushUrl).searchParams.getAll('extra_label').some((pair) => pair.startsWith(`${name}=`));
  const hint = overriding
    ? `extra_label=${name}=... in the URL replaces it: leave that out or give it another name`
    : `the receiver, or a proxy in front of it, replaces it: see its relabelling${name === 'job' ? '; --job_label calls it otherwise' : ''}`;
  return { verdict: 'warn', step, message, hint };
}
