import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { renderLivePage } from '../../src/agent/live/live-page.ts';
import type { Browser } from './browser.ts';

/**
 * Opens the live page of a server that sends the events of a test.
 * @param answer answers to other requests of the page, as JSON; `undefined`: an API without routes
 * @returns a function that sends a text of the event stream
 */
export async function openLivePage(
  browser: Browser,
  answer: (path: string) => unknown,
): Promise<{ readonly send: (text: string) => void }> {
  const page = renderLivePage();
  return new Promise((resolve) => {
    const server = createServer((request, response) => {
      const path = request.url ?? '';
      const headers = { 'content-security-policy': page.policy };
      if (path === '/') response.writeHead(200, { ...headers, 'content-type': 'text/html' }).end(page.html);
      else if (!path.startsWith('/events')) {
        response.writeHead(200).end(JSON.stringify(answer(path) ?? { paths: {} }));
      } else {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        resolve({ send: (text) => void response.write(text) });
      }
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    server.once('listening', () => {
      const { port } = server.address() as AddressInfo;
      void browser.show('/dev/null').then(() => browser.visit(`http://127.0.0.1:${port}/`));
    });
  });
}
