import type { ReadText } from '../shared/read-file.ts';
import type { Family } from './family.ts';

/** Family that is read from a line `field: value` of a file in /proc/self. */
interface ProcessFileFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly file: 'status' | 'io';
  readonly field: string;
  /** Conversion factor from the unit of the file to that of the family. */
  readonly scale: number;
}

const KIB = 1024;

/** Families with the names of VictoriaMetrics' Go library, which the original loadbot used. Linux only. */
const FAMILIES: readonly ProcessFileFamily[] = [
  status('process_num_threads', 'Threads of the process.', 'Threads', 1),
  status('process_resident_memory_peak_bytes', 'Largest resident memory so far.', 'VmHWM'),
  status('process_virtual_memory_peak_bytes', 'Largest virtual memory so far.', 'VmPeak'),
  status('process_resident_memory_anon_bytes', 'Resident anonymous memory (not backed by a file).', 'RssAnon'),
  status('process_resident_memory_file_bytes', 'Resident memory of mapped files.', 'RssFile'),
  status('process_resident_memory_shared_bytes', 'Resident shared memory.', 'RssShmem'),
  io('process_io_read_bytes_total', 'Bytes read by system calls, network included.', 'rchar'),
  io('process_io_written_bytes_total', 'Bytes written by system calls, network included.', 'wchar'),
  io('process_io_read_syscalls_total', 'Read system calls.', 'syscr'),
  io('process_io_write_syscalls_total', 'Write system calls.', 'syscw'),
  io('process_io_storage_read_bytes_total', 'Bytes read from storage.', 'read_bytes'),
  io('process_io_storage_written_bytes_total', 'Bytes written to storage.', 'write_bytes'),
];

function status(name: string, help: string, field: string, scale = KIB): ProcessFileFamily {
  return { name, type: 'gauge', help, file: 'status', field, scale };
}

function io(name: string, help: string, field: string): ProcessFileFamily {
  return { name, type: 'counter', help, file: 'io', field, scale: 1 };
}

/** Builds the families of /proc/self. A missing file or field gives no family. */
export function processFileFamilies(agent: string, read: ReadText): readonly Family[] {
  const files = { status: fieldsOf(read('/proc/self/status')), io: fieldsOf(read('/proc/self/io')) };
  return FAMILIES.flatMap(({ name, type, help, file, field, scale }) => {
    const value = files[file].get(field);
    if (value === undefined) return [];
    return [{ name, type, help, samples: [{ suffix: '', labels: { agent }, value: value * scale }] }];
  });
}

function fieldsOf(text = ''): ReadonlyMap<string, number> {
  return new Map([...text.matchAll(/^(\w+):\s*(\d+)/gm)].map(([, field = '', value]) => [field, Number(value)]));
}
