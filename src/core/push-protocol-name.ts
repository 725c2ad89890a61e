/** The protocols that metrics can be pushed by, as settings name them. */
export const PUSH_PROTOCOL_NAMES = ['prometheus_text', 'pushgateway', 'remote_write', 'otlp'] as const;
export type PushProtocolName = (typeof PUSH_PROTOCOL_NAMES)[number];
