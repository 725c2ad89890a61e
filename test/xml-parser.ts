/** An element as an independent reader of XML sees it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const NAME = /[A-Za-z_][\w.-]*/y;
const ATTRIBUTE = /\s+([A-Za-z_][\w.-]*)="([^"<]*)"/y;
const ENTITY = /&(?:(amp|lt|gt|quot|apos)|#(\d+));/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** A strict reader of what XML 1.0 we write: no comments, no namespaces, nothing beside one root element. */
export function parseXml(xml: string): XmlElement {
  const bad = Array.from(xml).find((letter) => !isSpeakable(letter.codePointAt(0) ?? 0));
  if (bad !== undefined) throw new Error(`a character that XML cannot say: ${JSON.stringify(bad)}`);
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!xml.startsWith(head)) throw new Error('no declaration');
  const { element, at } = takeElement(xml, head.length);
  if (xml.slice(at).trim() !== '') throw new Error(`beyond the root: ${xml.slice(at)}`);
  return element;
}

/** https://www.w3.org/TR/xml/#NT-Char */
function isSpeakable(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || code >= 0x10000;
}

function takeElement(xml: string, from: number): { readonly element: XmlElement; readonly at: number } {
  if (xml[from] !== '<') throw new Error(`no element at ${xml.slice(from, from + 40)}`);
  const name = match(NAME, xml, from + 1)[0];
  let at = from + 1 + name.length;
  const attributes: Record<string, string> = {};
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const found = ATTRIBUTE.exec(xml);
    if (found === null) break;
    const [whole, key = '', value = ''] = found;
    if (key in attributes) throw new Error(`${key} is there twice`);
    attributes[key] = unescapeXml(value);
    at += whole.length;
  }
  if (xml.startsWith('/>', at)) return { element: { name, attributes, children: [], text: '' }, at: at + 2 };
  if (xml[at] !== '>') throw new Error(`not the end of a tag: ${xml.slice(at, at + 40)}`);
  at++;
  const children: XmlElement[] = [];
  let text = '';
  for (;;) {
    const next = xml.indexOf('<', at);
    if (next === -1) throw new Error(`${name} does not end`);
    text += unescapeXml(xml.slice(at, next));
    if (xml.startsWith(`</${name}>`, next)) {
      return { element: { name, attributes, children, text: text.trim() }, at: next + name.length + 3 };
    }
    const child = takeElement(xml, next);
    children.push(child.element);
    at = child.at;
  }
}

function unescapeXml(text: string): string {
  if (/[&>]/.test(text.replaceAll(ENTITY, ''))) throw new Error(`not escaped: ${text}`);
  return text.replaceAll(ENTITY, (_, named: string | undefined, code: string | undefined) =>
    named === undefined ? String.fromCodePoint(Number(code)) : (NAMED[named] ?? ''),
  );
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  if (found === null) throw new Error(`unexpected: ${text.slice(at, at + 40)}`);
  return found;
}
