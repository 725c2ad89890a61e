/** The package entry `loadbot-agent/driver/test`: the conformance suite of drivers. */
export { checkDriver, driverCases } from './suite.ts';
export type { DriverFault, DriverTestOptions, TestServer } from './suite.ts';
export type { DriverCase } from './bench.ts';
