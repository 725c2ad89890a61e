import type { Profile } from './profile.ts';

/** The agent that MOCO runs next to each MySQL server. */
export const moco: Profile = {
  name: 'moco',
  system: 'MOCO agent (MySQL on Kubernetes)',
  own: /^moco_agent_/,
  families: [
    { name: 'moco_agent_binlog_backup_count', type: 'counter', labels: ['cluster_name'] },
    { name: 'moco_agent_binlog_backup_failure_count', type: 'counter', labels: ['cluster_name', 'action'] },
    { name: 'moco_agent_binlog_backup_duration_seconds', type: 'summary', labels: ['cluster_name'] },
    { name: 'moco_agent_binlog_backup_in_progress', type: 'gauge', labels: ['cluster_name'] },
    { name: 'moco_agent_clone_count', type: 'counter', labels: ['cluster_name'] },
    { name: 'moco_agent_clone_failure_count', type: 'counter', labels: ['cluster_name'] },
    { name: 'moco_agent_clone_duration_seconds', type: 'summary', labels: ['cluster_name'] },
    { name: 'moco_agent_clone_in_progress', type: 'gauge', labels: ['cluster_name'] },
    { name: 'moco_agent_log_rotation_count', type: 'counter', labels: ['cluster_name'] },
    { name: 'moco_agent_log_rotation_failure_count', type: 'counter', labels: ['cluster_name'] },
    { name: 'moco_agent_log_rotation_duration_seconds', type: 'summary', labels: ['cluster_name'] },
    { name: 'moco_agent_dump_backup_count', type: 'counter', labels: ['cluster_name'] },
    { name: 'moco_agent_dump_backup_failure_count', type: 'counter', labels: ['cluster_name', 'action'] },
    { name: 'moco_agent_dump_backup_duration_seconds', type: 'summary', labels: ['cluster_name'] },
    { name: 'moco_agent_dump_backup_in_progress', type: 'gauge', labels: ['cluster_name'] },
  ],
  phases: [
    {
      name: 'dump_backup',
      condition: 'moco_agent_dump_backup_in_progress == 1',
      meaning: 'a full dump is being taken',
    },
    {
      name: 'binlog_backup',
      condition: 'moco_agent_binlog_backup_in_progress == 1',
      meaning: 'binary logs are being backed up',
    },
    {
      name: 'clone',
      condition: 'moco_agent_clone_in_progress == 1',
      meaning: 'data is being cloned from another server',
    },
  ],
  failures: [
    'moco_agent_binlog_backup_failure_count',
    'moco_agent_clone_failure_count',
    'moco_agent_log_rotation_failure_count',
    'moco_agent_dump_backup_failure_count',
  ],
  rates: [
    'moco_agent_binlog_backup_count',
    'moco_agent_clone_count',
    'moco_agent_log_rotation_count',
    'moco_agent_dump_backup_count',
  ],
};
