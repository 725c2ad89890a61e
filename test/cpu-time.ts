/** Processor time of this process for an action, in seconds. A machine that is busy with other things does not add to it. */
export async function cpuSecondsOf(action: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
