import type { SourceOrigin } from '../../plan/source-plan.ts';
import { openCommandFetcher } from './command-fetcher.ts';
import type { Fetcher } from './fetcher.ts';
import { openFileFetcher } from './file-fetcher.ts';
import { openHttpFetcher } from './http-fetcher.ts';

/** Creates the fetcher of a source's origin. Opens no connection yet. */
export function openFetcher(origin: SourceOrigin): Fetcher {
  if (origin.kind === 'http') return openHttpFetcher(origin);
  return origin.kind === 'file' ? openFileFetcher(origin.path) : openCommandFetcher(origin);
}
