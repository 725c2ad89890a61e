/** Formats of files whose requests are sent as they are, by the name in a workload. */
export const RECORDED_FORMATS = ['access_log', 'har', 'vegeta', 'curl', 'postman'] as const;

export type RecordedFormat = (typeof RECORDED_FORMATS)[number];
