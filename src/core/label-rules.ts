/** What the user wants changed about the labels of every series. */
export interface LabelRules {
  /** Labels that every series gets, metrics of the process included. */
  readonly added: Readonly<Record<string, string>>;
  /** Labels that no series has; series that become equal are added up. */
  readonly dropped: readonly string[];
  /** What the label `job` is called. */
  readonly jobLabel: string;
}

/** Labels as they are. */
export const NO_LABEL_RULES: LabelRules = { added: {}, dropped: [], jobLabel: 'job' };

/**
 * Labels that tell jobs and runs apart: without one of them, the sum of what becomes equal still means something. The
 * others are what their family is about, and `agent` is on every series.
 */
const DROPPABLE: readonly string[] = ['job', 'job_uuid', 'job_type', 'run_id', 'workload', 'git_sha', 'branch'];

/** Every label of our own, of the runtime's metrics included: nobody may add one of these. */
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

/** Histograms and summaries need these for themselves. */
const OF_THE_FORMAT: ReadonlySet<string> = new Set(['le', 'quantile']);

/** What is wrong with a label name, as the end of a sentence that names it; `undefined`: nothing. */
export function labelNameFault(name: string): string | undefined {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) return 'is no label name: letters, digits and _, no digit first';
  if (name.startsWith('__')) return 'is no label name: those with __ at their beginning are for the receiver alone';
  return OF_THE_FORMAT.has(name) ? 'is no label name: histograms and summaries need it for themselves' : undefined;
}

/** The first thing that is wrong with label rules, as a sentence; `undefined`: nothing. */
export function labelRuleFault({ added, dropped, jobLabel }: LabelRules): string | undefined {
  for (const name of dropped) {
    if (!DROPPABLE.includes(name)) return `label \`${name}\` cannot be dropped, only ${DROPPABLE.join(', ')}`;
  }
  const nameFault = labelNameFault(jobLabel);
  if (nameFault !== undefined) return `\`${jobLabel}\`, for the label \`job\`, ${nameFault}`;
  const kept = OWN_LABELS.filter((name) => !dropped.includes(name));
  if (jobLabel !== 'job' && kept.includes(jobLabel)) {
    return `the label \`job\` cannot be called \`${jobLabel}\`: another label of ours is`;
  }
  const taken = new Set([...kept.filter((name) => name !== 'job'), ...(dropped.includes('job') ? [] : [jobLabel])]);
  for (const name of Object.keys(added)) {
    const fault = labelNameFault(name);
    if (fault !== undefined) return `\`${name}\` ${fault}`;
    if (taken.has(name)) return `label \`${name}\` cannot be added: series have one of that name`;
  }
  return undefined;
}
