// The runbook as a page beside the dashboards: where the links of mails and of the table of alerts lead.
import { Marked } from 'marked';
import { STYLE } from './runbook_style.mjs';

/**
 * The words of the alerts' names, in the order in which the dashboards come.
 * @type {readonly string[]}
 */
const WORDS = ['Http', 'Queue', 'Generation', 'Log', 'Host', 'Gpu', 'Server', 'Exporter', 'Monitoring', 'Mail'];

/**
 * The anchor of a heading, as GitHub makes it.
 * @param {string} heading
 */
export const anchorOf = (heading) =>
  heading.toLowerCase().replace(/[^\p{L}\p{N}_\- ]/gu, '').replaceAll(' ', '-');

/** @param {string} text */
const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * Alerts by their word: `SeadragonQueueLong` belongs to Queue.
 * @param {string} alert
 */
function wordOf(alert) {
  const word = WORDS.find((each) => alert.startsWith(`Seadragon${each}`));
  if (!word) throw new Error(`${alert}: an alert is named Seadragon, then one of ${WORDS.join(', ')}`);
  return word;
}

/**
 * The alerts of the runbook: each heading of the second level, and the title of its mail, the first words in italics
 * below it.
 * @param {import('marked').TokensList} tokens
 */
function alertsIn(tokens) {
  return tokens.flatMap((token, i) => {
    if (token.type !== 'heading' || token.depth !== 2) return [];
    const below = tokens.slice(i + 1).find(({ type }) => type !== 'space');
    const title = below?.type === 'paragraph' ? below.tokens?.find(({ type }) => type === 'em') : undefined;
    if (!title || !('text' in title)) throw new Error(`${token.text}: the title of its mail has to follow, in italics`);
    return [{ name: /** @type {string} */ (token.text), title: title.text }];
  });
}

/** @param {ReturnType<typeof alertsIn>} alerts */
function indexByWord(alerts) {
  const lines = WORDS.flatMap((word) => {
    const links = alerts
      .filter(({ name }) => wordOf(name) === word)
      .map(({ name, title }) => `<a href="#${anchorOf(name)}">${escaped(title)}</a>`);
    return links.length ? [`<dt>${word}</dt>\n<dd>${links.join('\n')}</dd>`] : [];
  });
  return `<dl>\n${lines.join('\n')}\n</dl>`;
}

/**
 * What leads nowhere from this page is a mistake in the runbook, better found now than at night.
 * @param {string} href
 * @param {ReadonlySet<string>} anchors
 */
function checkLink(href, anchors) {
  const leads = href.startsWith('#') ? anchors.has(href.slice(1)) : /^https?:/.test(href);
  if (!leads) throw new Error(`the link to ${href} leads nowhere from the page of the runbook`);
}

/**
 * The whole page. A dashboard's uid, where the runbook writes it as code, becomes a link to that dashboard.
 * @param {string} markdown
 * @param {Array<{ uid: string, title: string }>} dashboards
 * @returns {string}
 */
export function runbookPage(markdown, dashboards) {
  const links = new Map(
    dashboards.map(({ uid, title }) => {
      const name = escaped(title.replace(/^Seadragon \/ /, ''));
      return [uid, `<a href="./?dashboard=${encodeURIComponent(uid)}">${name}</a>`];
    }),
  );
  const marked = new Marked();
  const tokens = marked.lexer(markdown);
  const headings = tokens.flatMap((token) => (token.type === 'heading' ? [anchorOf(token.text)] : []));
  const anchors = new Set(headings);
  const twice = headings.find((anchor, i) => headings.indexOf(anchor) !== i);
  if (twice) throw new Error(`two headings have the anchor ${twice}`);

  marked.use({
    renderer: {
      heading({ depth, text, tokens: inner }) {
        const content = this.parser.parseInline(inner);
        const anchor = anchorOf(text);
        return depth === 1 ? '' : `<h${depth} id="${anchor}"><a href="#${anchor}">${content}</a></h${depth}>\n`;
      },
      codespan: ({ text }) => links.get(text) ?? `<code>${escaped(text)}</code>`,
      // Reached by the keyboard too: they scroll by themselves.
      code: ({ text, lang }) =>
        `<pre class="${lang === 'sh' ? 'command' : 'output'}" tabindex="0">${escaped(text)}</pre>\n`,
      html: ({ text }) => escaped(text),
    },
  });
  marked.walkTokens(tokens, (token) => {
    if (token.type === 'link') checkLink(token.href, anchors);
  });

  const alerts = alertsIn(tokens);
  const first = tokens.findIndex((token) => token.type === 'heading' && token.depth === 2);
  const [opening, sections] = [tokens.slice(0, first), tokens.slice(first)].map((part) => marked.parser(part));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Runbook</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<nav>${[...links.values()].join('\n')}</nav>
<main>
<h1>Runbook</h1>
${indexByWord(alerts)}
${opening}
${sections}</main>
</body>
</html>
`;
}
