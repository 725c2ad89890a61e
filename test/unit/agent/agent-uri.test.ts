import { expect, it } from 'vitest';
import { DEFAULT_AGENT_URI, parseAgentUri } from '../../../src/agent/agent-uri.ts';

it.each([
  [DEFAULT_AGENT_URI, 'http://127.0.0.1:1234'],
  ['localhost:80', 'http://localhost:80'],
  ['load-1.internal:65535', 'http://load-1.internal:65535'],
  ['[::1]:1234', 'http://[::1]:1234'],
  ['1234', 'http://127.0.0.1:1234'],
  ['http://127.0.0.1:1234', 'http://127.0.0.1:1234'],
  ['http://127.0.0.1:1234/', 'http://127.0.0.1:1234'],
])('parses %s as %s', (text, url) => {
  expect(parseAgentUri(text)).toBe(url);
});

it.each([
  '',
  'localhost',
  'localhost:',
  ':1234',
  'localhost:0',
  'localhost:65536',
  'https://h:1',
  'h:1/status',
  'a b:1',
  '[x]:1',
])('%j is not a status range', (text) => {
  expect(() => parseAgentUri(text)).toThrow(`--agent-uri must be HOST:PORT, not ${JSON.stringify(text)}`);
});
