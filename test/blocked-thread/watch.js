import { Worker } from 'node:worker_threads';

export function watchMainThread(limitMs) {
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const worker = new Worker(new URL('observer.js', import.meta.url), { workerData: { beats, limitMs }, execArgv: [] });
  worker.unref();
  setInterval(() => Atomics.add(beats, 0, 1), limitMs / 10).unref();
}
