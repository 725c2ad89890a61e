import type { MessagePort } from 'node:worker_threads';
import type { Floor } from '../core/floor.ts';
import type { JobRunEnd } from './job-run.ts';
import type { Failure, LoadUnit } from './load-unit.ts';
import { type Answer, type Order, packError } from './thread-messages.ts';

/** Load thread side of the message protocol: executes the commands of the main thread on `unit` and replies. */
export function serveUnit(port: MessagePort, unit: LoadUnit): void {
  const answer = (message: Answer): void => port.postMessage(message);
  port.on('message', (order: Order) => {
    if (order.order === 'stop') {
      unit.stop();
      return;
    }
    if (order.order === 'ping') {
      answer({ answer: 'pong' });
      return;
    }
    carryOut(order).then(
      (end) => answer({ answer: 'done', id: order.id, end }),
      (error: unknown) => answer({ answer: 'error', id: order.id, error: packError(error) }),
    );
  });

  async function carryOut(order: Exclude<Order, { order: 'stop' | 'ping' }>): Promise<JobRunEnd | undefined> {
    if (order.order === 'run') return unit.run(order.job, order.startMs);
    await (order.order === 'prepare' ? unit.prepare(order.job, order.preparation) : unit.close());
    return undefined;
  }
}

/** Reports the minimum request durations of this thread to the main thread, if known. */
export function reportFloor(port: MessagePort, floor: Floor | undefined): void {
  const answer: Answer = { answer: 'floor', floor };
  port.postMessage(answer);
}

/** Reports a failure to the main thread. */
export function reportFailure(port: MessagePort, failure: Failure): void {
  const answer: Answer = { answer: 'failure', failure };
  port.postMessage(answer);
}
