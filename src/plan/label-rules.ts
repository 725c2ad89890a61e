/** Configured changes to the labels of all series. */
export interface LabelRules {
  /** Labels added to every series, including process metrics. */
  readonly added: Readonly<Record<string, string>>;
  /** Labels removed from every series; series that become equal are summed. */
  readonly dropped: readonly string[];
  /** Name of the label `job`. */
  readonly jobLabel: string;
}

/** No changes. */
export const NO_LABEL_RULES: LabelRules = { added: {}, dropped: [], jobLabel: 'job' };

/**
 * Labels that distinguish jobs and runs; sums over them are meaningful. The other labels are essential to their
 * families, and `agent` is on every series.
 */
const DROPPABLE: readonly string[] = ['job', 'job_uuid', 'job_type', 'run_id', 'workload', 'git_sha', 'branch'];

/** All labels of the agent, including runtime metrics; users cannot add them. */
export const OWN_LABELS: readonly string[] = [
  ...DROPPABLE,
  'agent',
  'class',
  'status',
  'action',
  'target',
  'source',
  'commit',
  'build_time',
  'platform',
  'node_version',
  'version',
  'major',
  'minor',
  'patch',
  'space',
  'type',
  'kind',
  'phase',
  'threshold',
  'signal',
  'severity',
  'thread',
];

/** Reserved by histograms and summaries. */
const OF_THE_FORMAT: ReadonlySet<string> = new Set(['le', 'quantile']);

/** Returns why a label name is invalid, as the end of a sentence that starts with the name; `undefined` if valid. */
export function validateLabelName(name: string): string | undefined {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name))
    return 'is not a label name: use letters, digits and _, without a leading digit';
  if (name.startsWith('__')) return 'is not a label name: a leading __ is reserved for the receiver';
  return OF_THE_FORMAT.has(name) ? 'is not a label name: it is reserved for histograms and summaries' : undefined;
}

/** Returns the first error of label rules, as a sentence; `undefined` if valid. */
export function validateLabelRules({ added, dropped, jobLabel }: LabelRules): string | undefined {
  for (const name of dropped) {
    if (!DROPPABLE.includes(name)) return `label \`${name}\` cannot be dropped, only ${DROPPABLE.join(', ')}`;
  }
  const nameFault = validateLabelName(jobLabel);
  if (nameFault !== undefined) return `\`${jobLabel}\`, for the label \`job\`, ${nameFault}`;
  const kept = OWN_LABELS.filter((name) => !dropped.includes(name));
  if (jobLabel !== 'job' && kept.includes(jobLabel)) {
    return `the label \`job\` cannot be renamed to \`${jobLabel}\`: another label has this name`;
  }
  const taken = new Set([...kept.filter((name) => name !== 'job'), ...(dropped.includes('job') ? [] : [jobLabel])]);
  for (const name of Object.keys(added)) {
    const fault = validateLabelName(name);
    if (fault !== undefined) return `\`${name}\` ${fault}`;
    if (taken.has(name)) return `label \`${name}\` cannot be added: series already have a label of this name`;
  }
  return undefined;
}
