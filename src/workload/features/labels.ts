import { z } from 'zod';
import { validateLabelRules, NO_LABEL_RULES, type LabelRules } from '../../plan/label-rules.ts';
import { DEFAULTS } from '../defaults.ts';
import type { FieldPlace, ReportProblem } from '../diagnostics.ts';
import { text } from '../values.ts';

// Message of core/label-rules.ts, which has the checks that a pattern cannot express.
const NOT_A_NAME = 'is not a label name: use letters, digits and _, without a leading digit';

/** Name of a label. Names with a leading __ are reserved for the receiver. */
export const labelName = z.string().regex(/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/, { error: NOT_A_NAME });

/** Labels by name. */
export const labels = z.record(labelName, text);

/** The fields of `agent` about labels. */
interface LabelFields {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly drop_labels?: readonly string[] | undefined;
  readonly job_label?: string | undefined;
}

/** The label rules of an agent; conflicting ones are reported. */
export function planLabelRules(agent: LabelFields, report: ReportProblem): LabelRules {
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
