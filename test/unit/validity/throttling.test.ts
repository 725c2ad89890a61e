import { expect, test } from 'vitest';
import { findCpuStats, readThrottling } from '../../../src/validity/system-stats.ts';

const system = (files: Readonly<Record<string, string>>) => (path: string) => files[path];

test('version 1: the hierarchy of the controller cpu, whatever it shares it with, up to its root', () => {
  const readText = system({
    '/proc/self/cgroup': '4:memory:/a\n2:cpu,cpuacct:/team/agent\n0::/\n',
    '/proc/self/mountinfo':
      '31 20 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n' +
      '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct\n' +
      '35 31 0:32 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset\n',
  });
  expect(findCpuStats(readText)).toEqual([
    '/sys/fs/cgroup/cpu,cpuacct/cpu.stat',
    '/sys/fs/cgroup/cpu,cpuacct/team/cpu.stat',
    '/sys/fs/cgroup/cpu,cpuacct/team/agent/cpu.stat',
  ]);
});

test('version 2 has one hierarchy', () => {
  const readText = system({
    '/proc/self/cgroup': '0::/system.slice/loadbot.service\n',
    '/proc/self/mountinfo': '32 31 0:29 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw,nsdelegate\n',
  });
  expect(findCpuStats(readText)).toEqual([
    '/sys/fs/cgroup/cpu.stat',
    '/sys/fs/cgroup/system.slice/cpu.stat',
    '/sys/fs/cgroup/system.slice/loadbot.service/cpu.stat',
  ]);
});

test("finds the group of a container that mounts only its part of the host's path", () => {
  const readText = system({
    '/proc/self/cgroup': '3:cpu:/docker/abc/inner\n',
    '/proc/self/mountinfo': '32 31 0:29 /docker/abc /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n',
  });
  expect(findCpuStats(readText)).toEqual(['/sys/fs/cgroup/cpu/cpu.stat', '/sys/fs/cgroup/cpu/inner/cpu.stat']);
});

test('finds no control groups on other systems', () => {
  expect(findCpuStats(() => undefined)).toEqual([]);
});

test('nanoseconds of version 1 and microseconds of version 2 are milliseconds', () => {
  const one = 'nr_periods 22\nnr_throttled 18\nthrottled_time 391325656\nnr_bursts 0\n';
  const two = 'usage_usec 5\nnr_periods 22\nnr_throttled 18\nthrottled_usec 391325\n';
  expect(readThrottling('/x', () => one)).toEqual({ periods: 22, throttledPeriods: 18, throttledMs: 391.325656 });
  expect(readThrottling('/x', () => two)).toEqual({ periods: 22, throttledPeriods: 18, throttledMs: 391.325 });
});

test('a group without a quota has no throttling statistics', () => {
  expect(readThrottling('/x', () => 'usage_usec 5\nuser_usec 4\n')).toBeUndefined();
  expect(readThrottling('/x', () => undefined)).toBeUndefined();
});
