import { createHash } from 'node:crypto';
import * as zlib from 'node:zlib';
import type { BodyForm, Compression, MultipartField } from '../../plan/target.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { percentEncode } from '../../shared/percent-encode.ts';
import type { RequestData, RequestPart } from '../../templates/request-data.ts';

/** Body of a request: constant, or rendered from the ticket number. */
export type BodyPart = string | Buffer | ((sequence: number) => string | Buffer);

/** A body with the content type that its form requires. */
interface FormedBody {
  readonly content: BodyPart;
  readonly contentType: string;
}

/** Compiles a body that is a form or a file. */
export function compileBodyForm(form: BodyForm, materials: RequestData): FormedBody {
  switch (form.kind) {
    case 'file':
      return { content: Buffer.from(form.content), contentType: 'application/octet-stream' };
    case 'form':
      return { content: compileForm(form.fields, materials), contentType: 'application/x-www-form-urlencoded' };
    case 'multipart':
    default: // all kinds are above
      return compileMultipart(form.fields, materials);
  }
}

function compileForm(fields: readonly (readonly [name: string, value: string])[], materials: RequestData): BodyPart {
  const pieces = fields.flatMap(([name, value], index): RequestPart[] => [
    `${index === 0 ? '' : '&'}${formEncode(name)}=`,
    mapPart(materials.text(value), formEncode),
  ]);
  if (pieces.every((piece) => typeof piece === 'string')) return pieces.join('');
  return (sequence) => {
    let text = '';
    for (const piece of pieces) text += typeof piece === 'string' ? piece : piece(sequence);
    return text;
  };
}

function mapPart(part: RequestPart, encode: (text: string) => string): RequestPart {
  return typeof part === 'string' ? encode(part) : (sequence) => encode(part(sequence));
}

function formEncode(text: string): string {
  return percentEncode(text).replaceAll('%20', '+');
}

/** Piece of a multipart body: constant bytes, or text of a request. */
type Piece = Buffer | ((sequence: number) => string);

function compileMultipart(fields: readonly MultipartField[], materials: RequestData): FormedBody {
  const boundary = boundaryFor(fields);
  const pieces = [
    ...fields.flatMap((field) => partPieces(field, boundary, materials)),
    Buffer.from(`--${boundary}--\r\n`),
  ];
  const contentType = `multipart/form-data; boundary=${boundary}`;
  const constants = pieces.filter((piece) => typeof piece === 'object');
  if (constants.length === pieces.length) return { content: Buffer.concat(constants), contentType };
  const content = (sequence: number): Buffer =>
    Buffer.concat(pieces.map((piece) => (typeof piece === 'object' ? piece : generated(piece(sequence), boundary))));
  return { content, contentType };
}

/** A generated or captured value could contain the boundary, which would end its part. */
function generated(text: string, boundary: string): Buffer {
  if (text.includes(boundary)) throw new Error('a value contains the boundary of the multipart body');
  return Buffer.from(text);
}

function partPieces({ name, content, filename, type }: MultipartField, boundary: string, data: RequestData): Piece[] {
  const file = filename === undefined ? '' : mapPart(data.text(filename), (text) => `; filename="${quoted(text)}"`);
  const typeLine = type === undefined ? '' : `\r\ncontent-type: ${type}`;
  const value = typeof content === 'string' ? data.text(content) : Buffer.from(content);
  return [
    `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"`,
    file,
    `${typeLine}\r\n\r\n`,
    value,
    '\r\n',
  ].map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece));
}

/** Escapes a name in quotes as browsers do. */
function quoted(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Boundary that is in no constant of the body, and the same on every thread of a run. */
function boundaryFor(fields: readonly MultipartField[]): string {
  const texts = JSON.stringify(fields);
  const files = fields.flatMap(({ content }) => (typeof content === 'string' ? [] : [Buffer.from(content)]));
  for (let attempt = 0; ; attempt++) {
    const digest = createHash('sha256').update(`${attempt}/${texts}`).digest('hex').slice(0, 32);
    const boundary = `loadbot-${digest}`;
    if (!texts.includes(boundary) && files.every((file) => !file.includes(boundary))) return boundary;
  }
}

/** Quality of brotli for requests. Its default of 11 takes a hundred times as long, and is for files that are kept. */
const BROTLI_QUALITY = 4;

type Encoder = (bytes: string | Buffer) => Buffer;

/** Node before 22.15 and 23.8 has no zstd, and the type declarations are those of the oldest supported version. */
const { zstdCompressSync } = zlib as { readonly zstdCompressSync?: Encoder };

const ENCODERS: Readonly<Record<Compression, Encoder | undefined>> = {
  gzip: (bytes) => zlib.gzipSync(bytes),
  br: (bytes) => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  deflate: (bytes) => zlib.deflateSync(bytes),
  zstd: zstdCompressSync,
};

/** Compresses a body: a constant one once, others for each request. */
export function compressBody(body: BodyPart, compression: Compression): BodyPart {
  const encode = ENCODERS[compression];
  if (encode === undefined) {
    throw new LoadbotError('config_invalid', `Node ${process.versions.node} cannot compress with ${compression}`, {
      field: ['http', 'compress'],
      hint: 'use gzip or br, or Node 22.15 or later',
    });
  }
  return typeof body === 'function' ? (sequence) => encode(body(sequence)) : encode(body);
}
