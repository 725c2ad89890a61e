import { createInterface } from 'node:readline';
import { WebSocket } from 'undici';

/**
 * The heap of a process that runs with `--inspect=127.0.0.1:0`: the bytes that its main thread still holds after a collection.
 * @param {import('node:stream').Readable} stderr of the process, which is read to its end
 * @returns {Promise<{ liveBytes: () => Promise<number>, close: () => void }>}
 */
export async function openLiveHeap(stderr) {
  const lines = createInterface({ input: stderr });
  const url = await new Promise((resolve) => {
    lines.on('line', (line) => {
      const [, address] = /Debugger listening on (ws:\S+)/.exec(line) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  /** @type {Map<number, (result: { usedSize?: number, backingStorageSize?: number }) => void>} */
  const waiting = new Map();
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data));
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  let calls = 0;
  /** @param {string} method @returns {Promise<{ usedSize?: number, backingStorageSize?: number }>} */
  const call = (method) =>
    new Promise((resolve) => {
      waiting.set(++calls, resolve);
      socket.send(JSON.stringify({ id: calls, method }));
    });
  await call('HeapProfiler.enable');
  return {
    async liveBytes() {
      await call('HeapProfiler.collectGarbage');
      const { usedSize = NaN, backingStorageSize = 0 } = await call('Runtime.getHeapUsage');
      return usedSize + backingStorageSize;
    },
    close: () => socket.close(),
  };
}
