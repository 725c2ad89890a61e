import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { messageOf } from '../../core/errors.ts';
import { FetchFault, type Fetcher } from './fetcher.ts';

/** Reads a file. One that is not there, or cannot be read, is as a server that refuses. */
export function openFileFetcher(path: string): Fetcher {
  return {
    async fetch(signal, taker) {
      try {
        // A pipe or a device may have nothing to give, for ever.
        if (!(await stat(path)).isFile()) throw new FetchFault('refused', `${path} is no file`);
        taker.begin(0, '');
        for await (const chunk of createReadStream(path, { signal })) taker.take(chunk as Buffer);
      } catch (error) {
        if (error instanceof FetchFault || signal.aborted) throw error;
        throw new FetchFault('refused', messageOf(error));
      }
    },
    close: async () => {},
  };
}
