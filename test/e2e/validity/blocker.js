// Loaded with --import: blocks the event loop of every worker thread for 200 ms of each second.
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) {
  setInterval(() => {
    const endMs = performance.now() + 200;
    while (performance.now() < endMs);
  }, 1000).unref();
}
