import type { WorkloadFile } from '../schema/workload.ts';
import { DEFAULTS } from '../defaults.ts';
import { validateLabelRules, NO_LABEL_RULES, type LabelRules } from '../../plan/label-rules.ts';
import type { FieldPlace, ReportProblem } from '../diagnostics.ts';

type AgentEntry = NonNullable<WorkloadFile['agent']>;

/** The label rules of an agent; conflicting ones are reported. */
export function planLabelRules(agent: AgentEntry, report: ReportProblem): LabelRules {
  const isValid = (rules: Partial<LabelRules>, place: FieldPlace): boolean => {
    const fault = validateLabelRules({ ...NO_LABEL_RULES, ...rules });
    if (fault !== undefined) report(place, fault);
    return fault === undefined;
  };
  const dropped = (agent.drop_labels ?? []).filter((name, index) =>
    isValid({ dropped: [name] }, ['agent', 'drop_labels', index]),
  );
  const wanted = agent.job_label ?? DEFAULTS.agent.job_label;
  const isRenamed = isValid({ dropped, jobLabel: wanted }, ['agent', 'job_label']);
  const jobLabel = isRenamed ? wanted : DEFAULTS.agent.job_label;
  const added = agent.labels ?? {};
  for (const [name, value] of Object.entries(added)) {
    isValid({ added: { [name]: value }, dropped, jobLabel }, ['agent', 'labels', name]);
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
