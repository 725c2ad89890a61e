// A module of functions for tests of workloads that name one.
export const sign = () => ({ any: 1 });
export const other = () => undefined;
