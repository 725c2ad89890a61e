import { defineFamilies, single } from './define-families.ts';
import type { Family, Labels } from './family.ts';
import { SeriesLabels } from './series-labels.ts';
import process from 'node:process';
import type { Snapshot } from '../recorder/snapshot.ts';

/** State of the agent that is exposed as metrics. */
interface AgentState {
  readonly debug: boolean;
  /** Number of ended jobs that were evicted before their retention time. */
  readonly evicted: number;
}

const buildFamilies = defineFamilies<AgentState & { readonly series: SeriesLabels }>([
  {
    name: 'loadbot_debug',
    type: 'gauge',
    help: '1 while debug logging is on, else 0.',
    read: single(({ debug }) => debug),
  },
  {
    name: 'loadbot_evicted_jobs_total',
    type: 'counter',
    help: 'Ended jobs whose series were evicted early because the limit on ended jobs was reached.',
    read: single(({ evicted }) => evicted),
  },
]);

/** Builds the families about the agent itself. */
export function agentFamilies(agent: string, state: AgentState): readonly Family[] {
  return buildFamilies([{ ...state, series: new SeriesLabels({ agent }) }]);
}

/** Adds the label `agent` to families of other sources. */
export function withAgent(families: readonly Family[], agent: string): readonly Family[] {
  return families.map(({ name, type, help, samples }) => {
    const ofAgent = samples.map(({ suffix, labels, value }) => ({ suffix, labels: { ...labels, agent }, value }));
    return { name, type, help, samples: ofAgent };
  });
}

/** Build information of this loadbot-agent. */
export interface Build {
  readonly version: string;
  /** Git commit of the build; empty if unknown. */
  readonly commit: string;
  /** Time of the build, ISO 8601 in UTC; empty if unknown. */
  readonly builtAt: string;
}

/** Info family: the value is always 1, and queries join its labels. */
export function buildInfo({ version, commit, builtAt }: Build, agent: string): Family {
  const platform = `${process.platform}-${process.arch}`;
  const labels = { version, commit, build_time: builtAt, platform, node_version: process.version, agent };
  return info('loadbot_build_info', 'Version and build of this loadbot-agent.', [labels]);
}

/** Info family with one sample per run. */
export function runInfo(snapshots: readonly Snapshot[], { gitSha, branch }: Revision): Family {
  const help = 'Runs that the request metrics belong to; git_sha and branch come from the CI job.';
  const labels = snapshots.map(({ runId, workload, agent }) => ({
    run_id: runId,
    workload,
    git_sha: gitSha,
    branch,
    agent,
  }));
  return info('loadbot_run_info', help, labels);
}

function info(name: string, help: string, labels: readonly Labels[]): Family {
  return { name, type: 'gauge', help, samples: labels.map((labels) => ({ suffix: '', labels, value: 1 })) };
}

/** Git revision of the CI job that runs the load; each field is empty if unknown. */
export interface Revision {
  readonly gitSha: string;
  readonly branch: string;
}

/** Environment variables of CI systems, by precedence. */
const SHA_VARIABLES = [
  'GITHUB_SHA',
  'CI_COMMIT_SHA', // GitLab
  'GIT_COMMIT', // Jenkins
  'BUILDKITE_COMMIT',
  'CIRCLE_SHA1',
  'BITBUCKET_COMMIT',
  'DRONE_COMMIT_SHA',
  'BUILD_SOURCEVERSION', // Azure Pipelines
];
const BRANCH_VARIABLES = [
  'GITHUB_HEAD_REF', // pull request, where GITHUB_REF_NAME is only "12/merge"
  'GITHUB_REF_NAME',
  'CI_COMMIT_REF_NAME',
  'GIT_BRANCH',
  'BUILDKITE_BRANCH',
  'CIRCLE_BRANCH',
  'BITBUCKET_BRANCH',
  'DRONE_BRANCH',
  'BUILD_SOURCEBRANCHNAME',
];

/**
 * Reads the revision from the environment.
 * @param environment environment variables of the process
 */
export function readRevision(environment: Readonly<Record<string, string | undefined>>): Revision {
  const first = (names: readonly string[]): string => names.map((name) => environment[name]).find(Boolean) ?? '';
  return { gitSha: first(SHA_VARIABLES), branch: first(BRANCH_VARIABLES) };
}
