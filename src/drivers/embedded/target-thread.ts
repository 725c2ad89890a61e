import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { captureThreadOutput } from '../../shared/library-output.ts';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { serveTarget } from './serve.ts';
import type { TargetOptions, TargetReply, TargetCommand } from './target.ts';

// Entry point of the embedded target's thread: runs a target that is controlled through a message port.
captureThreadOutput();
if (parentPort === null) throw new LoadbotError('internal', 'target-thread runs only as a worker thread');
void serve(parentPort, workerData as Partial<TargetOptions>);

async function serve(port: MessagePort, options: Partial<TargetOptions>): Promise<void> {
  const tell = (message: TargetReply): void => port.postMessage(message);
  const fail = (error: unknown): void => {
    const { code, hint } = error instanceof LoadbotError ? error : new LoadbotError('internal', '');
    tell({ kind: 'failed', code, message: messageOf(error), hint });
    port.close();
  };
  try {
    const target = await serveTarget(options);
    const obey = async ({ kind }: TargetCommand): Promise<void> => {
      if (kind === 'close') await target.close();
      tell({ kind: kind === 'close' ? 'closed' : 'stats', stats: await target.stats() });
      if (kind === 'close') port.close();
    };
    port.on('message', (message: TargetCommand) => void obey(message).catch(fail));
    tell({ kind: 'listening', url: target.url });
  } catch (error) {
    fail(error);
  }
}
