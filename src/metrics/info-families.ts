import process from 'node:process';
import type { Snapshot } from '../recorder/snapshot.ts';
import type { Family, Labels } from './family.ts';
import type { Revision } from './revision.ts';

/** Which loadbot-agent this is. */
export interface Build {
  readonly version: string;
  /** Commit it was built from; empty when unknown. */
  readonly commit: string;
  /** When it was built, ISO 8601 in UTC; empty when unknown. */
  readonly builtAt: string;
}

/** Always 1, as all families of information are: their labels say what runs here, so that queries can join them. */
export function buildInfo({ version, commit, builtAt }: Build, agent: string): Family {
  const platform = `${process.platform}-${process.arch}`;
  const labels = { version, commit, build_time: builtAt, platform, node_version: process.version, agent };
  return info('loadbot_build_info', 'The loadbot-agent that exposes this.', [labels]);
}

/** One sample for each run. */
export function runInfo(snapshots: readonly Snapshot[], { gitSha, branch }: Revision): Family {
  const help = 'The runs that the request metrics are of; git_sha and branch are of the CI job that runs them.';
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
