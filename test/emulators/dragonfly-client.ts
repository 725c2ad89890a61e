import { EmulatedSystem, type Endpoint, servePage } from './emulated-system.ts';

/** As documented, without the prefix that the client puts in front. */
const FAMILIES = `
version gauge git_version,git_commit,platform,build_time
upload_task_total counter type,tag,app
upload_task_failure_total counter type,tag,app
concurrent_upload_task_total gauge type,tag,app
upload_task_duration_milliseconds histogram task_type,task_size_level
download_task_total counter type,tag,app,priority
download_task_failure_total counter type,tag,app,priority
prefetch_task_total counter type,tag,app,priority
prefetch_task_failure_total counter type,tag,app,priority
concurrent_download_task_total gauge type,tag,app,priority
concurrent_upload_piece_total gauge
download_traffic counter type,task_type
upload_traffic counter task_type
download_task_duration_milliseconds histogram task_type,task_size_level
backend_request_total counter scheme,method
backend_request_failure_total counter scheme,method
backend_request_duration_milliseconds histogram scheme,method
proxy_request_total counter
proxy_request_failure_total counter
proxy_request_via_dfdaemon_total counter
update_task_total counter type
update_task_failure_total counter type
stat_task_total counter type
stat_task_failure_total counter type
list_task_entries_total counter type
list_task_entries_failure_total counter type
delete_task_total counter type
delete_task_failure_total counter type
delete_host_total counter
delete_host_failure_total counter
disk_space_total gauge
disk_usage_space_total gauge`;

const PREFIX = 'dragonfly_client_';
const IMAGE = { type: 'standard', tag: 'images', app: 'registry' };
const PULL = { ...IMAGE, priority: '0' };
const SIZE = { task_type: 'standard', task_size_level: '5' };

/** A Dragonfly client: downloads, and uploads to others, on request. */
export interface DragonflyClientEmulator extends Endpoint {
  readonly system: EmulatedSystem;
  beginDownload(): void;
  endDownload(milliseconds: number, bytes: number): void;
  failDownload(): void;
  beginUpload(): void;
  endUpload(milliseconds: number, bytes: number): void;
}

export async function startDragonflyClient(): Promise<DragonflyClientEmulator> {
  const system = new EmulatedSystem(FAMILIES, { ...PULL, ...SIZE, scheme: 'https', method: 'get' });
  return {
    ...(await servePage(() => system.text(PREFIX))),
    system,
    beginDownload() {
      system.add('download_task_total', PULL);
      system.add('concurrent_download_task_total', PULL);
      system.add('backend_request_total', { scheme: 'https', method: 'get' });
    },
    endDownload(milliseconds, bytes) {
      system.add('concurrent_download_task_total', PULL, -1);
      system.add('download_traffic', { type: 'REMOTE_PEER', task_type: 'standard' }, bytes);
      system.observe('download_task_duration_milliseconds', SIZE, milliseconds);
    },
    failDownload() {
      system.add('concurrent_download_task_total', PULL, -1);
      system.add('download_task_failure_total', PULL);
    },
    beginUpload() {
      system.add('upload_task_total', IMAGE);
      system.add('concurrent_upload_task_total', IMAGE);
      system.add('concurrent_upload_piece_total');
    },
    endUpload(milliseconds, bytes) {
      system.add('concurrent_upload_task_total', IMAGE, -1);
      system.add('concurrent_upload_piece_total', {}, -1);
      system.add('upload_traffic', { task_type: 'standard' }, bytes);
      system.observe('upload_task_duration_milliseconds', SIZE, milliseconds);
    },
  };
}
