/** Remedy for lost compressed bodies. */
export const GZIP_HINT =
  'the receiver, or a proxy in front of it, does not support gzip: set "gzip": false for this target in metrics_export_targets';
