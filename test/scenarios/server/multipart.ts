/** A part of a multipart form. */
interface FormPart {
  readonly name: string | undefined;
  readonly filename: string | undefined;
  readonly content: Buffer;
}

/** Parts of a `multipart/form-data` body. @throws {Error} when it does not end with its boundary */
export function parseMultipart(contentType: string, body: Buffer): readonly FormPart[] {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error(`no boundary in ${contentType}`);
  const text = body.toString('latin1');
  if (!text.trimEnd().endsWith(`--${boundary}--`)) throw new Error('the form does not end with its boundary');
  return text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const end = part.indexOf('\r\n\r\n');
      const head = part.slice(0, end);
      return {
        name: /[; ]name="([^"]*)"/.exec(head)?.[1],
        filename: /filename="([^"]*)"/.exec(head)?.[1],
        content: Buffer.from(part.slice(end + 4, -2), 'latin1'),
      };
    });
}
