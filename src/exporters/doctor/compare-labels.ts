import type { PushProtocolName } from '../../plan/push-target.ts';
import type { Labels } from '../../metrics/family.ts';
import type { DoctorFinding } from './finding.ts';

/** Labels as sent and as read back. */
export interface LabelComparison {
  readonly sent: Labels;
  readonly stored: Labels;
  readonly protocol: PushProtocolName;
  /** Push URL. */
  readonly pushUrl: string;
}

/** Reports whether the labels are stored unchanged, or how they differ. */
export function compareLabels({ sent, stored, protocol, pushUrl }: LabelComparison): DoctorFinding[] {
  const changed = Object.entries(sent).filter(([name, value]) => (stored[name] ?? '') !== value);
  if (changed.length === 0) return [{ verdict: 'ok', step: 'labels', message: 'stored unchanged' }];
  return changed.map(([name, value]) => explainChange(name, value, { sent, stored, protocol, pushUrl }));
}

function explainChange(name: string, value: string, { stored, protocol, pushUrl }: LabelComparison): DoctorFinding {
  const step = 'labels';
  if (name === 'job' && stored['workload_job'] === value) {
    const whose = protocol === 'otlp' ? 'holds service.name' : 'belongs to the group';
    return { verdict: 'ok', step, message: `job ${whose} here; ask for workload_job="${value}"` };
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
