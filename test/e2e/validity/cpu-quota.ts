import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A control group of its own with half a CPU; a shell inside it runs all of its child processes in it. */
export interface CpuQuota {
  /** A command that runs the command behind it within the group. */
  readonly prefix: readonly string[];
  remove(): Promise<void>;
}

const NAME = `loadbot-test-${process.pid}`;
const PERIOD_US = 100_000;

/** `undefined` where this machine has no control groups for CPUs, or none that we may make. */
export function openHalfACpu(): CpuQuota | undefined {
  for (const [type, controller] of [
    ['cgroup', 'cpu'],
    ['cgroup2', ''],
  ] as const) {
    const folder = mountOf(type, controller);
    if (folder === undefined) continue;
    const group = join(folder, NAME);
    try {
      mkdirSync(group);
      setQuota(group, type);
    } catch {
      removeQuietly(group);
      continue;
    }
    return {
      prefix: ['sh', '-c', `echo $$ > ${join(group, 'cgroup.procs')} && exec "$@"`, 'sh'],
      async remove() {
        // A process that has ended leaves its group a moment later.
        for (let tries = 0; tries < 50 && !removeQuietly(group); tries++) await sleep(100);
      },
    };
  }
  return undefined;
}

/** Whether that can be done here at all. */
export function canLimitCpus(): boolean {
  const quota = openHalfACpu();
  // Nothing is in it yet, so that it is gone at once.
  void quota?.remove();
  return quota !== undefined;
}

function setQuota(group: string, type: 'cgroup' | 'cgroup2'): void {
  if (type === 'cgroup') {
    writeFileSync(join(group, 'cpu.cfs_period_us'), String(PERIOD_US));
    writeFileSync(join(group, 'cpu.cfs_quota_us'), String(PERIOD_US / 2));
  } else {
    writeFileSync(join(group, 'cpu.max'), `${PERIOD_US / 2} ${PERIOD_US}`);
  }
}

function mountOf(type: string, controller: string): string | undefined {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return mounts
    .map((line) => line.split(' '))
    .find(
      ([, , kind, options = '']) => kind === type && (controller === '' || options.split(',').includes(controller)),
    )?.[1];
}

function removeQuietly(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch {
    return false;
  }
}
