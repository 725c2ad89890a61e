import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readControlAccess, readToken } from '../../../src/cli/control-options.ts';
import { scratchFile } from '../../e2e/agent.ts';

const TOKEN = 'c0ffee00c0ffee00';

function fileWith(text: string): string {
  const path = scratchFile('token');
  writeFileSync(path, text);
  return path;
}

it('listens on loopback without a token by default', async () => {
  expect(await readControlAccess({}, {})).toEqual({ host: '127.0.0.1', token: undefined });
});

it('refuses another address without a token', async () => {
  await expect(readControlAccess({ control_host: '0.0.0.0' }, {})).rejects.toMatchObject({
    code: 'config_invalid',
    message: '--control_host 0.0.0.0 needs a token',
  });
});

it('reads the token of a file, which overrides the variable', async () => {
  const env = { LOADBOT_CONTROL_TOKEN: 'of-the-environment' };
  expect(await readToken({ token_file: fileWith(`${TOKEN}\n`) }, env)).toBe(TOKEN);
  expect(await readToken({}, env)).toBe('of-the-environment');
  expect(await readToken({}, {})).toBeUndefined();
  expect(await readControlAccess({ control_host: '::' }, env)).toEqual({ host: '::', token: 'of-the-environment' });
});

it('removes the token of a server from the environment, which commands of sources inherit', async () => {
  const env = { LOADBOT_CONTROL_TOKEN: TOKEN, HOME: '/home/user' };
  await readControlAccess({ token_file: fileWith('another-long-token') }, env);
  expect(env).toEqual({ HOME: '/home/user' });
});

it.each(['', 'short', 'with spaces in between it', 'x'.repeat(600), 'a secret of\ntwo lines'])(
  'refuses the token %j without repeating it',
  async (text) => {
    const error: unknown = await readToken({ token_file: fileWith(text) }, {}).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'config_invalid' });
    if (text !== '') expect(String(error)).not.toContain(text);
  },
);

it('names a file that cannot be read', async () => {
  await expect(readToken({ token_file: '/nonexistent/token' }, {})).rejects.toThrow('--token_file cannot be read');
});
