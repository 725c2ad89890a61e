import type { Routes } from '../agent/control-routes.ts';
import { loopbackNote } from '../core/loopback.ts';
import type { Closers } from './closers.ts';
import type { ComposeOptions } from './compose-options.ts';

/** The API cannot know who asks, so no setting opens it. */
const REMEDY = 'from elsewhere: ssh -L';

/** Open before anything that may take its time, so that a run can be stopped while it waits for that. */
export async function openControl(
  port: number | undefined,
  routes: Routes,
  { clock, log }: ComposeOptions,
  closers: Closers,
): Promise<void> {
  if (port === undefined) return;
  const { openControlApi } = await import('../agent/control-api.ts');
  const control = await openControlApi(port, routes, { clock, warn: (message) => log.warn(message) });
  closers.push(() => control.close());
  log.info(`control: ${control.url}/status${loopbackNote(new URL(control.url).hostname, REMEDY)}`);
}
