import { expect, test } from 'vitest';
import { rehearse } from '../../../../src/drivers/http/rehearsal.ts';

test('leaves nothing open behind it', async () => {
  const open = (): string[] => process.getActiveResourcesInfo().filter((name) => /^(TCP|Timeout)/.test(name));
  const before = open();
  await rehearse();
  await expect.poll(open).toEqual(before);
});
