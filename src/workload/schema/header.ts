import { z } from 'zod';
import { optional } from '../values.ts';

/** Token of method and header names (RFC 9110, section 5.6.2). */
export const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** Name of a header. */
export const headerName = z.string().regex(TOKEN, { error: 'is not a valid header name' });

/** Pattern of a header's value. */
export const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
export const HEADER_VALUE_FORM = 'must be a header value: printable text on one line';

/**
 * Headers of requests to a server of the metrics stack.
 * @param without headers that are sent by default
 */
export function headersField(without: string) {
  return optional(z.record(headerName, z.string().regex(HEADER_VALUE, { error: HEADER_VALUE_FORM })), {
    description: 'Headers by name, in any case. Values may contain `${ENV_NAME}`.',
    without,
    examples: [{ 'x-scope-orgid': 'load' }],
  });
}
