import type { Socket } from 'node:net';
import type { Clock } from '../shared/clock.ts';

/** Bounds of an attempt to connect. */
interface ConnectBounds {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly clock: Pick<Clock, 'after'>;
}

/** Resolves when a socket is connected or closed. Destroys it after the timeout, and when the signal is aborted. */
export async function whenConnected(socket: Socket, { signal, timeoutMs, clock }: ConnectBounds): Promise<void> {
  const giveUp = (): void => void socket.destroy();
  const timer = clock.after(timeoutMs, giveUp);
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve).once('close', () => resolve());
  });
  timer.cancel();
  signal.removeEventListener('abort', giveUp);
}
