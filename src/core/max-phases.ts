/** States of the system under test that a request can be told apart by: a bit each, of a 32-bit number with a sign. */
export const MAX_PHASES = 31;
