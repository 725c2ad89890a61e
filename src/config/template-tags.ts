/** The tags that document templates and filters may use, as they are written. */
export const TEMPLATE_TAGS = ['#id', '#string', '#int(a,b)', '#uuid', '#now'] as const;

/** The same without their arguments: `#int`. */
export const TAG_NAMES: readonly string[] = TEMPLATE_TAGS.map((tag) => tag.replace(/\(.*/, ''));
