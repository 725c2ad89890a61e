import { readLiveScript, readLiveStyle, readScript, readStyle, sourceHash } from '../../reports/html/page-files.ts';

/** The live page: its markup, and the policy that allows its own script and style, and those of the report. */
export interface LivePage {
  readonly html: string;
  readonly policy: string;
}

/** Renders the live page. It has nothing about a run: its script fetches everything, with the token if there is one. */
export function renderLivePage(): LivePage {
  const [style, script] = [readLiveStyle(), readLiveScript()];
  // The report opens from a blob of this page, which inherits its policy.
  const [scripts, styles] = [
    [script, readScript()],
    [style, readStyle()],
  ].map((texts) => texts.map(sourceHash).join(' '));
  const policy = `default-src 'none'; script-src ${scripts}; style-src ${styles}; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return { policy, html: PAGE.replace('STYLE', () => style).replace('SCRIPT', () => script) };
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>loadbot-agent</title>
<link rel="icon" href="data:,">
<style>STYLE</style>
</head>
<body>
<main id="live">
<header>
<div class="top"><p class="outcome plain" id="outcome" role="status">Connecting</p><div id="controls"></div></div>
<h1 id="workload">loadbot-agent</h1>
<p class="target" id="target"></p>
<dl class="facts" id="facts"></dl>
<div class="answer" id="answer" role="status"></div>
<ul class="warnings" id="findings" aria-label="Findings"></ul>
</header>
<section id="jobs" hidden><h2>Jobs</h2>
${table('Jobs', ['job', 'status'], ['requests', 'rate now', 'target', 'p99 now', 'p50', 'p99', 'errors'])}</section>
<section id="thresholds" hidden><h2>Thresholds</h2>
${table('Thresholds', ['threshold', 'of', 'state', 'found'], [])}</section>
<section id="charts" hidden><div class="heading"><h2>Charts</h2><label>Job <select id="job-select"></select></label></div>
<p class="note" id="no-charts">The first values appear after two seconds of load.</p>
<div class="charts" id="job-charts"></div></section>
<section id="errors" hidden><h2>Errors</h2>
${table('Errors', ['class', 'job'], ['errors', 'of requests'], ['first message'])}</section>
<section id="sources" hidden><h2>Sources</h2><ul class="source-list" id="source-list"></ul>
<div class="charts" id="source-charts"></div></section>
<section id="agents" hidden><h2>Agents</h2>
${table('Agents', ['agent', 'host', 'state'], ['requests', 'errors', 'p99'])}</section>
<section id="health" hidden><h2>This agent</h2><dl class="facts" id="health-facts"></dl>
<section id="pushes" hidden><h3>Pushed metrics</h3>
${table('Pushed metrics', ['target', 'last push'], ['accepted', 'mean time', 'pushes', 'retries', 'pending', 'dropped'])}</section></section>
<section id="events" hidden><h2>Events</h2><ul class="events" id="event-list" tabindex="0" aria-label="Events, newest first"></ul></section>
<section id="runs" hidden><h2>Past runs</h2>
${table('Past runs', ['compare', 'started', 'workload', 'verdict'], ['time', 'requests', 'rate', 'p99', 'errors'], ['files'])}</section>
<section id="start" hidden><h2>Start a run</h2></section>
</main>
<noscript><p class="note">This page needs JavaScript. Without it: loadbot-agent status.</p></noscript>
<script>SCRIPT</script>
</body>
</html>
`;

/** A table without rows, which scrolls sideways on a narrow screen. */
function table(
  name: string,
  words: readonly string[],
  numbers: readonly string[],
  last: readonly string[] = [],
): string {
  const heads = [
    ...words.map((title) => `<th scope="col">${title}</th>`),
    ...numbers.map((title) => `<th scope="col" class="numbers">${title}</th>`),
    ...last.map((title) => `<th scope="col">${title}</th>`),
  ];
  return `<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table><thead><tr>${heads.join('')}</tr></thead><tbody></tbody></table></div>
`;
}
