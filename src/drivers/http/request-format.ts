import type { Endpoint } from './endpoint.ts';
import { Http2Format } from './http2/request-format.ts';
import type { NamedValues, OutgoingRequest, RequestFormat } from './outgoing-request.ts';
import { composeMessage, headerLine, headerLines, isSentSeparately } from './request-message.ts';

/** Creates the format of an endpoint's version of HTTP. @throws {Error} when a header cannot be sent */
export function requestFormat(endpoint: Endpoint, headers: NamedValues): RequestFormat {
  return endpoint.http2 ? new Http2Format(endpoint.origin, headers) : new Http1Format(endpoint.origin, headers);
}

class Http1Format implements RequestFormat {
  readonly #constantLines: string;

  constructor(origin: string, headers: NamedValues) {
    this.#constantLines = headerLines(new URL(origin).host, headers);
  }

  field(name: string, value: string): string {
    return headerLine(name, value);
  }

  compose(request: OutgoingRequest, generated: string): void {
    const { method, path, body } = request;
    const isSeparate = isSentSeparately(body);
    request.tail = isSeparate ? body : null;
    request.message = composeMessage(method, path, this.#constantLines + generated, body, isSeparate);
  }
}
