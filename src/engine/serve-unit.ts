import type { MessagePort } from 'node:worker_threads';
import type { LatencyFloor } from '../shared/floor.ts';
import type { JobRunEnd } from './job-run.ts';
import type { UnitFailure, LoadUnit } from './load-unit.ts';
import { type ThreadReply, type ThreadCommand, packError } from './thread-messages.ts';

/** Load thread side of the message protocol: executes the commands of the main thread on `unit` and replies. */
export function serveUnit(port: MessagePort, unit: LoadUnit): void {
  const answer = (message: ThreadReply): void => port.postMessage(message);
  port.on('message', (order: ThreadCommand) => {
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

  async function carryOut(order: Exclude<ThreadCommand, { order: 'stop' | 'ping' }>): Promise<JobRunEnd | undefined> {
    if (order.order === 'run') return unit.run(order.job, order.startMs);
    await (order.order === 'prepare' ? unit.prepare(order.job, order.preparation) : unit.close());
    return undefined;
  }
}

/** Reports the minimum request durations of this thread to the main thread, if known. */
export function reportFloor(port: MessagePort, floor: LatencyFloor | undefined): void {
  const answer: ThreadReply = { answer: 'floor', floor };
  port.postMessage(answer);
}

/** Reports a failure to the main thread. */
export function reportFailure(port: MessagePort, failure: UnitFailure): void {
  const answer: ThreadReply = { answer: 'failure', failure };
  port.postMessage(answer);
}
