import { availableParallelism, totalmem } from 'node:os';
import { describe, expect, test } from 'vitest';
import { readMachine } from '../../../src/metrics/machine.ts';

function machineWith(files: Readonly<Record<string, string>>) {
  return readMachine((path) => files[path]);
}

describe('the machine', () => {
  test('describes this machine', () => {
    expect(readMachine()).toMatchObject({
      cpus: availableParallelism(),
      memoryBytes: totalmem(),
      node: process.version,
      arch: process.arch,
    });
  });

  test.each([
    [{ '/sys/fs/cgroup/cpu.max': '150000 100000\n' }, 1.5],
    [{ '/sys/fs/cgroup/cpu.max': 'max 100000\n' }, undefined],
    [{ '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' }, 0.5],
    [{ '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' }, undefined],
    [{}, undefined],
  ])('with %j has the processors of %s', (files, limit) => {
    expect(machineWith(files).cpuLimit).toBe(limit);
  });

  test('names the operating system', () => {
    expect(machineWith({ '/etc/os-release': 'NAME="X"\nPRETTY_NAME="Test OS 12"\n' }).system).toBe('Test OS 12');
    expect(machineWith({}).system).toBe(process.platform);
  });
});
