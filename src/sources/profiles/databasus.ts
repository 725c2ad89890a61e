import type { Profile } from './profile.ts';

/** Databasus, a backup system for databases. */
export const databasus: Profile = {
  name: 'databasus',
  system: 'Databasus (database backups)',
  own: /^databasus_/,
  families: [
    { name: 'databasus_backups_status', type: 'gauge', labels: ['status'] },
    {
      name: 'databasus_backups_total',
      type: 'counter',
      labels: ['database_type', 'database_id', 'database_name', 'workspace_id', 'status'],
    },
    {
      name: 'databasus_backup_duration_seconds',
      type: 'histogram',
      labels: ['database_type', 'database_id', 'database_name', 'workspace_id', 'status'],
    },
    {
      name: 'databasus_backup_size_mb',
      type: 'histogram',
      labels: ['database_type', 'database_id', 'database_name', 'workspace_id', 'status'],
    },
    {
      name: 'databasus_backups_in_progress',
      type: 'gauge',
      labels: ['database_type', 'database_id', 'database_name', 'workspace_id'],
    },
  ],
  phases: [
    {
      name: 'backup',
      condition: 'databasus_backups_in_progress > 0 or databasus_backups_status{status="in_progress"} > 0',
      meaning: 'at least one backup is being taken',
    },
  ],
  failures: ['databasus_backups_total{status="failed"}'],
  rates: ['databasus_backups_total{status="started"}', 'databasus_backups_total{status="completed"}'],
};
