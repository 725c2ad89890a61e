import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest files of each project, about half a minute or more, longest first. */
const LONGEST = [
  'test/services/workloads.test.ts',
  'test/services/delete-and-scan.test.ts',
  'test/scenarios/scenarios.test.ts',
  'test/services/reruns.test.ts',
  'test/services/fleet/counts.test.ts',
  'test/services/fleet/losses.test.ts',
  'test/services/grpc.test.ts',
  'test/services/websocket.test.ts',
  'test/e2e/gates.test.ts',
  'test/e2e/start-agent.test.ts',
  'test/services/ancestor.test.ts',
  'test/services/agent.test.ts',
  'test/services/compare.test.ts',
  'test/services/push-delivery.test.ts',
  'test/e2e/failures.test.ts',
  'test/services/doctor.test.ts',
  'test/e2e/calibrate.test.ts',
  'test/e2e/grafana.test.ts',
  'test/e2e/impact.test.ts',
  'test/e2e/backup-impact.test.ts',
  'test/services/dashboards.test.ts',
  'test/e2e/control.test.ts',
  'test/e2e/run.test.ts',
  'test/e2e/readme.test.ts',
  'test/e2e/library.test.ts',
  'test/e2e/reports.test.ts',
];

/**
 * Starts the longest files first: one that starts last would run alone at the end. A clone without earlier results knows
 * only the sizes of files, which differ from their durations.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    // Stable: other files keep their order, and projects of different groups stay apart.
    return sorted.toSorted((a, b) => groupOf(a) - groupOf(b) || this.#rankOf(a) - this.#rankOf(b));
  }

  #rankOf({ moduleId }: TestSpecification): number {
    const rank = LONGEST.indexOf(relative(this.ctx.config.root, moduleId));
    return rank < 0 ? LONGEST.length : rank;
  }
}

function groupOf({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder;
}
