import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { messageOf } from '../../shared/errors.ts';
import { FetchFault, type Fetcher } from './fetcher.ts';

/** Reads a file. A missing or unreadable file counts as `refused`. */
export function openFileFetcher(path: string): Fetcher {
  return {
    async fetch(signal, taker) {
      try {
        // Reading a pipe or a device could block forever.
        if (!(await stat(path)).isFile()) throw new FetchFault('refused', `${path} is not a regular file`);
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
