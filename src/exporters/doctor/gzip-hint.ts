/** What to do where compressed bodies get lost. */
export const GZIP_HINT =
  'the receiver, or something in front of it, does not take gzip: set "gzip": false for this target in metrics_export_targets';
