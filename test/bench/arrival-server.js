// Responds to every request at once and records when it arrived. Prints its port; GET /arrivals returns the times since the last
// such request, in microseconds of a monotonic clock. A chunk is one request: clients have one in flight on a connection.
import { createServer } from 'node:net';

const RESPONSE = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
/** @type {number[]} */
let arrivals = [];

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    if (chunk.toString('latin1', 0, 13) !== 'GET /arrivals') {
      arrivals.push(performance.now() * 1000);
      socket.write(RESPONSE);
      return;
    }
    const text = JSON.stringify(arrivals);
    arrivals = [];
    socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`);
  });
});
server.listen(0, '127.0.0.1', () => console.log(/** @type {import('node:net').AddressInfo} */ (server.address()).port));
