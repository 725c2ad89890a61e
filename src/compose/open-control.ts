import type { ControlRoutes } from '../agent/control-routes.ts';
import { loopbackNote } from '../shared/network/listen.ts';
import type { DisposableStack } from './closers.ts';
import type { ComposeOptions } from './compose-options.ts';

/** The API does not authenticate clients, so it cannot be bound to another host. */
const REMEDY = 'from elsewhere: ssh -L';

/** Opens the control API before any slow part, so that a run can be stopped while those open. */
export async function openControl(
  port: number | undefined,
  routes: ControlRoutes,
  { clock, log }: ComposeOptions,
  closers: DisposableStack,
): Promise<void> {
  if (port === undefined) return;
  const { openControlApi } = await import('../agent/control-api.ts');
  const control = await openControlApi(port, routes, { clock, warn: (message) => log.warn(message) });
  closers.push(() => control.close());
  log.info(`control: ${control.url}/status${loopbackNote(new URL(control.url).hostname, REMEDY)}`);
}
