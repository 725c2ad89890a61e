/** Selection of the documents that a read, scan, update or delete uses; the distributions are YCSB's. */
export type KeyChoice =
  /** All documents with equal probability. */
  | { readonly distribution: 'uniform' }
  /** In order from the oldest document, wrapping around. */
  | { readonly distribution: 'sequential' }
  /** Skewed to a few documents; `scrambled`: spread over the collection instead of the oldest ones. */
  | { readonly distribution: 'zipfian'; readonly theta: number; readonly scrambled: boolean }
  /** Skewed to the newest documents. */
  | { readonly distribution: 'latest'; readonly theta: number }
  /** The oldest `hotKeys` of the documents in `hotOperations` of the requests; both are shares from 0 to 1. */
  | { readonly distribution: 'hotspot'; readonly hotKeys: number; readonly hotOperations: number };
