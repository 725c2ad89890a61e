import type { Profile } from './profile.ts';

/** Dragonfly's manager. It has no gauge of work in progress. */
export const dragonflyManager: Profile = {
  name: 'dragonfly-manager',
  system: 'Dragonfly manager',
  own: /^dragonfly_manager_/,
  families: [
    { name: 'dragonfly_manager_search_scheduler_cluster_total', type: 'counter', labels: ['version', 'commit'] },
    {
      name: 'dragonfly_manager_search_scheduler_cluster_failure_total',
      type: 'counter',
      labels: ['version', 'commit'],
    },
    { name: 'dragonfly_manager_create_job_total', type: 'counter', labels: ['name'] },
    { name: 'dragonfly_manager_create_job_success_total', type: 'counter', labels: ['name'] },
    {
      name: 'dragonfly_manager_version',
      type: 'gauge',
      labels: [
        'major',
        'minor',
        'git_version',
        'git_commit',
        'platform',
        'build_time',
        'go_version',
        'go_tags',
        'go_gcflags',
      ],
    },
  ],
  phases: [],
  failures: ['dragonfly_manager_search_scheduler_cluster_failure_total'],
  rates: [
    'dragonfly_manager_search_scheduler_cluster_total',
    'dragonfly_manager_create_job_total',
    'dragonfly_manager_create_job_success_total',
  ],
};
