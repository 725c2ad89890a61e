import process from 'node:process';
import type { Snapshot } from '../recorder/snapshot.ts';
import type { Family, Labels } from './family.ts';
import type { Revision } from './revision.ts';

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
