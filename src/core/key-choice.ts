/** Which of the documents written earlier a read or update aims at; the distributions are YCSB's. */
export type KeyChoice =
  /** Every document as likely as any other. */
  | { readonly distribution: 'uniform' }
  /** One after the other, from the oldest on, round and round. */
  | { readonly distribution: 'sequential' }
  /** A few documents most of the time; `scrambled`: spread over the collection rather than the oldest ones. */
  | { readonly distribution: 'zipfian'; readonly theta: number; readonly scrambled: boolean }
  /** The same, but the newest documents are the popular ones. */
  | { readonly distribution: 'latest'; readonly theta: number }
  /** The oldest `hotKeys` of the documents in `hotOperations` of the requests; both are shares from 0 to 1. */
  | { readonly distribution: 'hotspot'; readonly hotKeys: number; readonly hotOperations: number };
