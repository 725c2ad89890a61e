import { EmulatedSystem, type Endpoint, servePage } from './emulated-system.ts';

const OF_DATABASE = 'database_type,database_id,database_name,workspace_id';
const FAMILIES = `
databasus_backups_status gauge status
databasus_backups_total counter ${OF_DATABASE},status
databasus_backup_duration_seconds histogram ${OF_DATABASE},status
databasus_backup_size_mb histogram ${OF_DATABASE},status
databasus_backups_in_progress gauge ${OF_DATABASE}`;

const BOUNDS = {
  databasus_backup_duration_seconds: [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600],
  databasus_backup_size_mb: [1, 10, 50, 100, 500, 1024, 5120, 10_240],
};

const PRODUCTION = {
  database_type: 'POSTGRES',
  database_id: '6f9a2c1e-7b3d-4e58-9c40-1d2e3f4a5b6c',
  database_name: 'shop',
  workspace_id: 'none',
};

/** How a backup can end. */
type Ending = 'completed' | 'failed' | 'canceled';

/** A Databasus with one database: backups start and end on request. */
export interface DatabasusEmulator extends Endpoint {
  readonly system: EmulatedSystem;
  begin(): void;
  end(how: Ending, seconds: number, megabytes?: number): void;
}

export async function startDatabasus(): Promise<DatabasusEmulator> {
  const system = new EmulatedSystem(FAMILIES, { ...PRODUCTION, status: 'completed' }, BOUNDS);
  for (const status of ['in_progress', 'completed', 'failed', 'canceled']) {
    system.set('databasus_backups_status', { status }, 0);
  }
  for (const status of ['started', 'completed', 'failed', 'canceled']) {
    system.set('databasus_backups_total', { ...PRODUCTION, status }, 0);
  }
  const count = (status: string): void => system.add('databasus_backups_total', { ...PRODUCTION, status });
  const move = (by: number): void => {
    system.add('databasus_backups_status', { status: 'in_progress' }, by);
    system.add('databasus_backups_in_progress', PRODUCTION, by);
  };
  return {
    ...(await servePage(() => system.text())),
    system,
    begin() {
      count('started');
      move(1);
    },
    end(status, seconds, megabytes = 100) {
      count(status);
      move(-1);
      system.add('databasus_backups_status', { status });
      system.observe('databasus_backup_duration_seconds', { ...PRODUCTION, status }, seconds);
      if (status === 'completed') system.observe('databasus_backup_size_mb', { ...PRODUCTION, status }, megabytes);
    },
  };
}
