import type { WorkloadFile } from '../schema/workload.ts';
import { DEFAULTS } from '../defaults.ts';
import { validateLabelRules, NO_LABEL_RULES, type LabelRules } from '../../plan/label-rules.ts';
import { type CheckedMetricsFlags, METRICS_FLAGS } from './metrics-flags.ts';
import type { FieldPlace, ReportProblem } from '../diagnostics.ts';

type AgentEntry = NonNullable<WorkloadFile['agent']>;

/**
 * Merges the label rules of file and flags: a label added by a flag overrides the file's label of that name, and a flag's
 * list of labels to drop replaces the file's. Conflicting rules are reported.
 */
export function planLabelRules(agent: AgentEntry, flags: CheckedMetricsFlags, report: ReportProblem): LabelRules {
  const sayIfWrong = (rules: Partial<LabelRules>, place: FieldPlace): boolean => {
    const fault = validateLabelRules({ ...NO_LABEL_RULES, ...rules });
    if (fault !== undefined) report(place, fault);
    return fault === undefined;
  };
  const dropped = (flags.dropLabels ?? agent.drop_labels ?? []).filter((name, index) =>
    sayIfWrong(
      { dropped: [name] },
      flags.dropLabels === undefined ? ['agent', 'drop_labels', index] : METRICS_FLAGS.dropLabels,
    ),
  );
  const wanted = flags.jobLabel ?? agent.job_label ?? DEFAULTS.agent.job_label;
  const place = flags.jobLabel === undefined ? ['agent', 'job_label'] : METRICS_FLAGS.jobLabel;
  const jobLabel = sayIfWrong({ dropped, jobLabel: wanted }, place) ? wanted : DEFAULTS.agent.job_label;
  const added = { ...agent.labels, ...flags.labels };
  for (const [name, value] of Object.entries(added)) {
    const from = Object.hasOwn(flags.labels, name) ? METRICS_FLAGS.labels : ['agent', 'labels', name];
    sayIfWrong({ added: { [name]: value }, dropped, jobLabel }, from);
  }
  return { added, dropped, jobLabel };
}

/** Reports the extra labels of a push target that would replace one of ours. */
export function checkExtraLabels(
  labels: Readonly<Record<string, string>>,
  place: readonly (string | number)[],
  { dropped, jobLabel }: LabelRules,
  report: ReportProblem,
): void {
  for (const [name, value] of Object.entries(labels)) {
    const fault = validateLabelRules({ added: { [name]: value }, dropped, jobLabel });
    if (fault !== undefined) report([...place, name], fault);
  }
}
