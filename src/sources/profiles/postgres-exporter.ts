import type { Profile } from './profile.ts';

/**
 * The Prometheus exporter for PostgreSQL: the common families of its releases since 0.10 with their default collectors.
 * Families of settings and of the background writer differ between releases.
 */
export const postgresExporter: Profile = {
  name: 'postgres_exporter',
  system: 'PostgreSQL (postgres_exporter)',
  // `server`, in some releases.
  moreLabels: true,
  families: [
    { name: 'pg_up', type: 'gauge', labels: [] },
    { name: 'pg_static', type: 'untyped', labels: ['short_version', 'version'] },
    { name: 'pg_exporter_last_scrape_duration_seconds', type: 'gauge', labels: [] },
    { name: 'pg_exporter_last_scrape_error', type: 'gauge', labels: [] },
    { name: 'pg_exporter_scrapes_total', type: 'counter', labels: [] },
    { name: 'pg_database_size_bytes', type: 'gauge', labels: ['datname'] },
    { name: 'pg_locks_count', type: 'gauge', labels: ['datname', 'mode'] },
    { name: 'pg_stat_activity_count', type: 'gauge', labels: ['datname', 'state'] },
    { name: 'pg_stat_activity_max_tx_duration', type: 'gauge', labels: ['datname', 'state'] },
    { name: 'pg_stat_archiver_archived_count', type: 'counter', labels: [] },
    { name: 'pg_stat_archiver_failed_count', type: 'counter', labels: [] },
    { name: 'pg_stat_database_numbackends', type: 'gauge', labels: ['datid', 'datname'] },
    { name: 'pg_stat_database_xact_commit', type: 'counter', labels: ['datid', 'datname'] },
    { name: 'pg_stat_database_xact_rollback', type: 'counter', labels: ['datid', 'datname'] },
    { name: 'pg_stat_database_blks_read', type: 'counter', labels: ['datid', 'datname'] },
    { name: 'pg_stat_database_blks_hit', type: 'counter', labels: ['datid', 'datname'] },
    { name: 'pg_stat_database_blk_read_time', type: 'counter', labels: ['datid', 'datname'] },
    { name: 'pg_stat_database_blk_write_time', type: 'counter', labels: ['datid', 'datname'] },
    { name: 'pg_stat_database_tup_returned', type: 'counter', labels: ['datid', 'datname'] },
    { name: 'pg_stat_database_tup_fetched', type: 'counter', labels: ['datid', 'datname'] },
    { name: 'pg_stat_database_tup_inserted', type: 'counter', labels: ['datid', 'datname'] },
    { name: 'pg_stat_database_tup_updated', type: 'counter', labels: ['datid', 'datname'] },
    { name: 'pg_stat_database_tup_deleted', type: 'counter', labels: ['datid', 'datname'] },
    { name: 'pg_stat_database_conflicts', type: 'counter', labels: ['datid', 'datname'] },
    { name: 'pg_stat_database_deadlocks', type: 'counter', labels: ['datid', 'datname'] },
    { name: 'pg_stat_database_temp_files', type: 'counter', labels: ['datid', 'datname'] },
    { name: 'pg_stat_database_temp_bytes', type: 'counter', labels: ['datid', 'datname'] },
  ],
  phases: [
    {
      name: 'lock_wait',
      condition: 'pg_locks_count{mode="accessexclusivelock"} > 0',
      meaning: 'a table has an access exclusive lock: ALTER, VACUUM FULL, CLUSTER',
    },
  ],
  failures: ['pg_stat_database_deadlocks', 'pg_stat_database_conflicts', 'pg_stat_archiver_failed_count'],
  rates: [
    'pg_stat_database_xact_commit',
    'pg_stat_database_xact_rollback',
    'pg_stat_database_blks_read',
    'pg_stat_database_blks_hit',
    'pg_stat_database_tup_fetched',
    'pg_stat_database_tup_inserted',
    'pg_stat_database_tup_updated',
    'pg_stat_database_temp_bytes',
  ],
};
