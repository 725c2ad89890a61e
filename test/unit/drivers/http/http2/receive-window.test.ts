import { expect, test } from 'vitest';
import { DATA, LAST_STREAM_ID, SETTINGS } from '../../../../../src/drivers/http/http2/frames.ts';
import { Responses } from '../../../../../src/drivers/http/http2/responses.ts';
import { StreamTable } from '../../../../../src/drivers/http/http2/stream-table.ts';
import { Http2Stream } from '../../../../../src/drivers/http/http2/stream.ts';
import { Uploads } from '../../../../../src/drivers/http/http2/uploads.ts';

/** A connection with an open stream, and the windows that its server has. */
function openStream(connectionWindow: number, streamWindow: number): Responses {
  const streams = new StreamTable(LAST_STREAM_ID);
  const responses = new Responses({
    streams,
    uploads: new Uploads({ write: ignore, writeBytes: ignore, isFull: false }),
    output: { write: ignore },
    maxHeaderBytes: 1000,
    windowBytes: connectionWindow,
    control: { control: ignore },
    onRemoved: ignore,
  });
  const stream = new Http2Stream({
    arrived: ignore,
    headers: ignore,
    data: ignore,
    trailers: ignore,
    ended: ignore,
    refused: ignore,
    failed: ignore,
  });
  stream.begin(streams.add(stream), 0, streamWindow);
  responses.begin(SETTINGS, 0, 0, 0);
  return responses;
}

test.each([
  ['the connection', 1000, 9999],
  ['the stream', 9999, 1000],
])('a frame larger than the window of %s is an error, before its content is read', (_, connection, stream) => {
  expect(() => openStream(connection, stream).begin(DATA, 0, 1, 1000)).not.toThrow();
  expect(() => openStream(connection, stream).begin(DATA, 0, 1, 1001)).toThrow(
    'the server sent more than its flow-control window',
  );
});

function ignore(): void {}
