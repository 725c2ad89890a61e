import { EmulatedSystem, type Endpoint, servePage } from './emulated-system.ts';

const FAMILIES = `
dragonfly_manager_search_scheduler_cluster_total counter version,commit
dragonfly_manager_search_scheduler_cluster_failure_total counter version,commit
dragonfly_manager_create_job_total counter name
dragonfly_manager_create_job_success_total counter name
dragonfly_manager_version gauge major,minor,git_version,git_commit,platform,build_time,go_version,go_tags,go_gcflags`;

const BUILD = { version: '2.1.0', commit: 'a1b2c3d' };
const PREHEAT = { name: 'preheat' };

/** A Dragonfly manager: creates jobs and looks for clusters on request. */
export interface DragonflyManagerEmulator extends Endpoint {
  readonly system: EmulatedSystem;
  createJob(succeeds: boolean): void;
  search(succeeds: boolean): void;
}

export async function startDragonflyManager(): Promise<DragonflyManagerEmulator> {
  const system = new EmulatedSystem(FAMILIES, { ...BUILD, ...PREHEAT });
  return {
    ...(await servePage(() => system.text())),
    system,
    createJob(succeeds) {
      system.add('dragonfly_manager_create_job_total', PREHEAT);
      if (succeeds) system.add('dragonfly_manager_create_job_success_total', PREHEAT);
    },
    search(succeeds) {
      system.add('dragonfly_manager_search_scheduler_cluster_total', BUILD);
      if (!succeeds) system.add('dragonfly_manager_search_scheduler_cluster_failure_total', BUILD);
    },
  };
}
