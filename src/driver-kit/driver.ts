/** The package entry `loadbot-agent/driver`: the contract of drivers, and parts that most of them need. */
export type {
  Driver,
  DriverFactory,
  DriverOptions,
  Exchange,
  IndexOptions,
  Operation,
  RequestCheck,
  ResponseContent,
  ResponseNeeds,
  Session,
} from '../drivers/driver.ts';
export type { DriverModule } from '../drivers/driver-entry.ts';
export type { Clock, Timer } from '../shared/clock.ts';
export type { JobMetric } from '../shared/job-metric.ts';
export type { ErrorClass, FailureDetail, Outcome } from '../shared/outcome.ts';
export type { Json } from '../shared/json.ts';
export type { RequestData, RequestPart } from '../templates/request-data.ts';
export { ABORTED, ERROR_CLASSES, failure, FAILURE_DETAILS, MISS, OK } from '../shared/outcome.ts';
export { LoadbotError } from '../shared/errors.ts';
export { ClassifiedError, classifyError } from '../drivers/classify-error.ts';
export { ReplyContent } from '../drivers/reply-content.ts';
export { createDriver, SessionBase } from '../drivers/session-base.ts';
export { whenConnected } from '../drivers/when-connected.ts';
export { WireMeter } from '../drivers/wire-meter.ts';
