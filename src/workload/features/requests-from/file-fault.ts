import { LoadbotError } from '../../../shared/errors.ts';

/** Creates the error for a file whose requests cannot be sent. @param field of `requests_from`; default: `file` */
export function fileFault(message: string, hint?: string, field = 'file'): LoadbotError {
  return new LoadbotError('config_invalid', message, { field: [field], ...(hint !== undefined && { hint }) });
}
