import { createInterface } from 'node:readline';
import { WebSocket } from 'undici';

const MEMORY = "JSON.stringify([process.memoryUsage(), process.getBuiltinModule('node:v8').getHeapCodeStatistics()])";

/**
 * The heap of a process that runs with `--inspect=127.0.0.1:0`: the bytes that its main thread still holds after a collection.
 * Those of compiled code are a part of `heap`: V8 compiles functions that are called often, during the first hour and longer.
 * @typedef {{ heap: number, code: number, arrays: number }} LiveBytes
 * @param {import('node:stream').Readable} stderr of the process, which is read to its end
 * @returns {Promise<{ liveBytes: () => Promise<LiveBytes>, evaluate: (expression: string) => Promise<string>, close: () => void }>}
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
  /** @type {Map<number, (result: any) => void>} */
  const waiting = new Map();
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data));
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  let calls = 0;
  /** @param {string} method @param {object} params @returns {Promise<any>} */
  const call = (method, params = {}) =>
    new Promise((resolve) => {
      waiting.set(++calls, resolve);
      socket.send(JSON.stringify({ id: calls, method, params }));
    });
  /** @param {string} expression of a text */
  const evaluate = async (expression) =>
    String((await call('Runtime.evaluate', { expression, returnByValue: true })).result?.value);
  await call('HeapProfiler.enable');
  return {
    async liveBytes() {
      await call('HeapProfiler.collectGarbage');
      const [{ heapUsed, arrayBuffers }, code] = JSON.parse(await evaluate(MEMORY));
      return {
        heap: heapUsed,
        code: code.code_and_metadata_size + code.bytecode_and_metadata_size,
        arrays: arrayBuffers,
      };
    },
    evaluate,
    close: () => socket.close(),
  };
}
