import { basename } from 'node:path';
import * as zlib from 'node:zlib';
import { z } from 'zod';
import { WORKLOAD_LIMITS } from '../../../shared/bounds.ts';
import { listNames } from '../../../shared/text.ts';
import type { BodyForm, MultipartField } from '../../../plan/target.ts';
import type { Path, PathDiagnostic } from '../../diagnostics.ts';
import type { Fields } from '../../entries.ts';
import type { FileReader } from '../../plan-context.ts';
import { unreadableReason } from '../../read/unreadable-reason.ts';
import { optional, text } from '../../values.ts';
import { HEADER_VALUE, HEADER_VALUE_FORM } from '../server.ts';

const FORM_VALUE = 'must be text, a number, true or false, or a list of these';
const scalar = z.union([z.string(), z.number(), z.boolean()], { error: FORM_VALUE });
const scalars = z.union([scalar, z.array(scalar)], { error: FORM_VALUE });

const partSchema = z
  .strictObject({
    name: optional(text, {
      description: 'Name of the part, in a list only.',
      without: 'its name in the object',
      examples: ['avatar'],
    }),
    value: optional(scalar, {
      description: 'Text of the part; may contain template tags. Exclusive with `file`.',
      without: '`file`',
      examples: ['#name'],
    }),
    file: optional(text, {
      description: 'File with the content of the part, sent as it is; relative to the workload file. Read once.',
      without: '`value`',
      examples: ['avatar.png'],
    }),
    filename: optional(text, {
      description: 'File name of the part; may contain template tags.',
      without: 'the name of `file`, or none',
      examples: ['#uuid.png'],
    }),
    type: optional(z.string().regex(HEADER_VALUE, { error: HEADER_VALUE_FORM }), {
      description: 'Content type of the part.',
      without: '`application/octet-stream` for a file, none for text',
      examples: ['image/png'],
    }),
  })
  .meta({ id: 'part', description: 'A part of a `multipart` body: a `value` or a `file`.' });

const MULTIPART_FORMS = 'must be an object of parts by name, or a list of parts';
const PART_FORMS = 'must be text, a number, true or false, or an object with `value` or `file`';

/** Fields of `http` that give the request body in a form other than `body`, and its coding. */
export const BODY_FORM_FIELDS = {
  form: optional(z.record(z.string(), scalars), {
    description:
      'Body as `application/x-www-form-urlencoded`: values by name, which may contain template tags; a list repeats the name. Exclusive with `body`.',
    without: '`body`',
    examples: [{ user: '#name', tag: ['a', 'b'] }],
  }),
  multipart: optional(
    z.union([z.record(z.string(), z.union([scalar, partSchema], { error: PART_FORMS })), z.array(partSchema)], {
      error: MULTIPART_FORMS,
    }),
    {
      description:
        'Body as `multipart/form-data`: parts by name, each text or a [part](#part); or a list of parts with a `name`. Exclusive with `body`.',
      without: '`body`',
      examples: [{ title: '#words(3)', file: { file: 'photo.jpg', type: 'image/jpeg' } }],
    },
  ),
  body_file: optional(text, {
    description:
      'File that is the body, sent as it is, up to 256 MiB; relative to the workload file. Its `content-type` is `application/octet-stream` unless `headers` set one. Exclusive with `body`.',
    without: '`body`',
    examples: ['upload.bin'],
  }),
  compress: optional(z.enum(['gzip', 'br', 'deflate', 'zstd']).nullable(), {
    description:
      'Compression of the request body, with `content-encoding`. A constant body is compressed once, others for each request. zstd needs Node 22.15. null sends it as it is.',
    without: 'the body is sent as it is',
    examples: ['gzip'],
  }),
};

/** Fields of `http` that give the body; at most one of them in one place. */
export const BODY_FIELDS = ['body', 'form', 'multipart', 'body_file'] as const;

/** Body settings of `http`, before defaults. */
type BodyEntry = z.infer<z.ZodObject<typeof BODY_FORM_FIELDS>>;

/** Reports settings of a body that exclude each other. */
export function checkBody(http: Fields, path: Path): PathDiagnostic[] {
  const given = BODY_FIELDS.filter((field) => http[field] !== undefined);
  const findings: PathDiagnostic[] = [];
  if (given.length > 1) {
    const message = `${listNames(given)} are all given, and each is the whole body`;
    findings.push({ path: [...path, given[1]!], part: 'key', message, hint: 'keep one of them' });
  }
  if (http['compress'] === 'zstd' && !('zstdCompressSync' in zlib)) {
    const message = `zstd needs Node 22.15 or later; this is ${process.versions.node}`;
    findings.push({ path: [...path, 'compress'], message, hint: 'use "gzip" or "br", or a newer Node' });
  }
  return [...findings, ...checkParts(http['multipart'], [...path, 'multipart'])];
}

function checkParts(multipart: unknown, path: Path): PathDiagnostic[] {
  if (typeof multipart !== 'object' || multipart === null) return [];
  const isList = Array.isArray(multipart);
  return Object.entries(multipart).flatMap(([key, part]: [string, unknown]): PathDiagnostic[] => {
    if (typeof part !== 'object' || part === null) return [];
    const at = [...path, isList ? Number(key) : key];
    const { name, value, file } = part as Fields;
    const findings: PathDiagnostic[] = [];
    if (isList && name === undefined) findings.push({ path: at, message: 'has no `name`' });
    if (!isList && name !== undefined) {
      const message = '`name` is for a list of parts; here the field is the name';
      findings.push({ path: [...at, 'name'], part: 'key', message, hint: 'leave it out' });
    }
    if ((value === undefined) === (file === undefined)) {
      const message = value === undefined ? 'has neither `value` nor `file`' : 'has both `value` and `file`';
      findings.push({ path: at, message, hint: 'give the text as `value`, or the path of a file as `file`' });
    }
    return findings;
  });
}

/** A level of settings with its place in the file. */
interface BodyLevel {
  readonly http: BodyEntry | undefined;
  readonly path: Path;
}

/**
 * Plans the body that is not `body`; `undefined` if there is none. Unreadable files are reported at the level that gives
 * the body.
 */
export function planBodyForm(
  { form, multipart, body_file: file }: BodyEntry,
  levels: readonly BodyLevel[],
  reader: FileReader,
): BodyForm | undefined {
  const read = (name: string, field: keyof BodyEntry, further: Path): SharedArrayBuffer => {
    const place = levels.findLast(({ http }) => http?.[field] !== undefined)?.path ?? [];
    const path = [...place, field, ...further];
    try {
      return reader.readShared(reader.resolve(path, name), WORKLOAD_LIMITS.bodyFileBytes);
    } catch (error) {
      const message = `cannot read ${name}: ${unreadableReason(error)}`;
      reader.report({ path, message, hint: 'relative to the workload file' });
      return new SharedArrayBuffer(0);
    }
  };
  if (file !== undefined) return { kind: 'file', content: read(file, 'body_file', []) };
  if (form !== undefined) {
    const fields = Object.entries(form).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((item) => [name, String(item)] as const),
    );
    return { kind: 'form', fields };
  }
  if (multipart === undefined) return undefined;
  const readPart = (name: string, path: Path): SharedArrayBuffer => read(name, 'multipart', [...path, 'file']);
  const fields = Array.isArray(multipart)
    ? multipart.map((part, index) => planPart(part.name ?? '', part, (path) => readPart(path, [index])))
    : Object.entries(multipart).map(([name, part]) =>
        planPart(name, typeof part === 'object' ? part : { value: part }, (path) => readPart(path, [name])),
      );
  return { kind: 'multipart', fields };
}

function planPart(
  name: string,
  { value, file, filename, type }: z.infer<typeof partSchema>,
  read: (path: string) => SharedArrayBuffer,
): MultipartField {
  if (file === undefined) return { name, content: String(value ?? ''), filename, type };
  return {
    name,
    content: read(file),
    filename: filename ?? basename(file).replaceAll('#', '##'),
    type: type ?? 'application/octet-stream',
  };
}
