import { type Content, Markup, markup } from './markup.ts';
import { readScript, readStyle, sourceHash } from './page-files.ts';

/** A self-contained page. */
interface PageParts {
  readonly title: string;
  /** Name and version of the program. */
  readonly generator: string;
  /** Content of its main part. */
  readonly main: Content;
  /** Data of its charts as JSON; absent: a page without charts and script. */
  readonly data?: Markup;
}

/**
 * Renders a page without network access. All text of users and targets is escaped; in addition, the content security
 * policy allows only the page's own script.
 */
export function renderPage({ title, generator, main, data }: PageParts): string {
  const style = readStyle();
  const script = data === undefined ? undefined : readScript();
  const scripts = script === undefined ? '' : ` script-src ${sourceHash(script)};`;
  const policy = `default-src 'none';${scripts} style-src ${sourceHash(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${generator}">
<title>${title} · loadbot-agent</title>
<link rel="icon" href="data:,">
<style>${new Markup(style)}</style>
</head>
<body>
<main>
${main}
</main>
${script === undefined ? undefined : scriptsOf(script, data)}</body>
</html>
`.text;
}

function scriptsOf(script: string, data: Content): Markup {
  // The bundler changes a template that has the end tag of a script.
  const end = new Markup('</script>');
  return markup`<noscript><p class="note">The charts need JavaScript; the tables work without it.</p></noscript>
<script type="application/json" id="page-data">${data}${end}
<script>${new Markup(script)}${end}
`;
}
