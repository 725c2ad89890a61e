import { z } from 'zod';
import { optional, required, text } from '../values.ts';

/** User name and password. */
export const basicSchema = z
  .strictObject({
    username: required(z.string(), { description: 'User name.', examples: ['loadbot'] }),
    password: required(z.string(), { description: 'Password.', examples: ['${TARGET_PASSWORD}'] }),
  })
  .meta({ id: 'basic', description: 'Basic authentication.' });

const ONE_WAY = 'must hold either `basic` or `bearer`';

/** Credentials of a request. */
export const authSchema = z
  .strictObject({
    basic: optional(basicSchema, {
      description: 'User name and password; both may contain `${ENV_NAME}`.',
      examples: [{ username: 'loadbot', password: '${TARGET_PASSWORD}' }],
    }),
    bearer: optional(text, {
      description: 'Token; may contain `${ENV_NAME}`.',
      examples: ['${TARGET_TOKEN}'],
    }),
  })
  .refine(({ basic, bearer }) => (basic === undefined) !== (bearer === undefined), { error: ONE_WAY })
  .meta({ id: 'auth', description: 'Credentials: either `basic` or `bearer`.', minProperties: 1, maxProperties: 1 });

/**
 * Credentials for a server.
 * @param address field whose URL may hold the credentials instead
 * @param token environment variable of the example
 */
export function authField(address: string, token: string) {
  return optional(authSchema, {
    description: 'Credentials, sent as the header `authorization`.',
    without: `those in ${address}, if any`,
    examples: [{ bearer: `\${${token}}` }],
  });
}
