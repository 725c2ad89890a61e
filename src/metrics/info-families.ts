import process from 'node:process';
import type { Snapshot } from '../recorder/snapshot.ts';
import type { Family, Labels } from './family.ts';
import type { Revision } from './revision.ts';

/** Which loadbot-agent this is. */
export interface Build {
  readonly version: string;
  /** Commit it was built from; empty when unknown. */
  readonly commit: string;
}

/** Families that are always 1: their labels say what runs here, so that queries can join them instead of every series carrying them. */
export function infoFamilies(snapshot: Snapshot, build: Build, revision: Revision): readonly Family[] {
  const { agent, runId, workload } = snapshot;
  return [
    info('loadbot_build_info', 'The loadbot-agent that exposes this.', {
      version: build.version,
      commit: build.commit,
      platform: `${process.platform}-${process.arch}`,
      node_version: process.version,
      agent,
    }),
    info(
      'loadbot_run_info',
      'The run that the request metrics are of; git_sha and branch are of the CI job that runs it.',
      {
        run_id: runId,
        workload,
        git_sha: revision.gitSha,
        branch: revision.branch,
        agent,
      },
    ),
  ];
}

function info(name: string, help: string, labels: Labels): Family {
  return { name, type: 'gauge', help, samples: [{ suffix: '', labels, value: 1 }] };
}
