import { EmulatedSystem, type Endpoint, servePage } from './emulated-system.ts';

const FAMILIES = `
moco_agent_binlog_backup_count counter cluster_name
moco_agent_binlog_backup_failure_count counter cluster_name,action
moco_agent_binlog_backup_duration_seconds summary cluster_name
moco_agent_binlog_backup_in_progress gauge cluster_name
moco_agent_clone_count counter cluster_name
moco_agent_clone_failure_count counter cluster_name
moco_agent_clone_duration_seconds summary cluster_name
moco_agent_clone_in_progress gauge cluster_name
moco_agent_log_rotation_count counter cluster_name
moco_agent_log_rotation_failure_count counter cluster_name
moco_agent_log_rotation_duration_seconds summary cluster_name
moco_agent_dump_backup_count counter cluster_name
moco_agent_dump_backup_failure_count counter cluster_name,action
moco_agent_dump_backup_duration_seconds summary cluster_name
moco_agent_dump_backup_in_progress gauge cluster_name`;

/** Operations that take their time. */
type Operation = 'binlog_backup' | 'clone' | 'dump_backup';

/** A MOCO agent: backs up, clones and rotates logs on request. */
export interface MocoEmulator extends Endpoint {
  readonly system: EmulatedSystem;
  begin(operation: Operation): void;
  end(operation: Operation, seconds: number): void;
  /** @param action what went wrong in a backup: `dump`, `upload` */
  fail(operation: Operation, action?: string): void;
  rotateLog(seconds: number): void;
}

export async function startMoco(cluster = 'orders'): Promise<MocoEmulator> {
  const ofCluster = { cluster_name: cluster };
  const system = new EmulatedSystem(FAMILIES, { ...ofCluster, action: 'upload' });
  const stop = (operation: Operation): void => {
    system.set(`moco_agent_${operation}_in_progress`, ofCluster, 0);
    system.add(`moco_agent_${operation}_count`, ofCluster);
  };
  return {
    ...(await servePage(() => system.text())),
    system,
    begin: (operation) => system.set(`moco_agent_${operation}_in_progress`, ofCluster, 1),
    end(operation, seconds) {
      stop(operation);
      system.observe(`moco_agent_${operation}_duration_seconds`, ofCluster, seconds);
    },
    fail(operation, action = 'upload') {
      stop(operation);
      const labels = operation === 'clone' ? ofCluster : { ...ofCluster, action };
      system.add(`moco_agent_${operation}_failure_count`, labels);
    },
    rotateLog(seconds) {
      system.add('moco_agent_log_rotation_count', ofCluster);
      system.observe('moco_agent_log_rotation_duration_seconds', ofCluster, seconds);
    },
  };
}
