import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anchorOf, runbookPage } from '../runbook_page.mjs';

const dashboards = [{ uid: 'seadragon-queue', title: 'Seadragon / Queue' }];
const section = (alert: string, title: string, rest = '') => `## ${alert}\n\n*${title}*: It waits.\n\n${rest}\n\n`;
const page = (...sections: string[]) => runbookPage(`# Runbook\n\nHow to read it.\n\n${sections.join('')}`, dashboards);

test('gives a heading the anchor that GitHub gives it', () => {
  assert.equal(anchorOf('SeadragonQueueLong'), 'seadragonqueuelong');
  assert.equal(anchorOf('What to do, at 3 am?'), 'what-to-do-at-3-am');
  assert.match(page(section('SeadragonQueueLong', 'Long Queue')), /<h2 id="seadragonqueuelong">/);
});

test('lists the alerts by their word, as their mails call them', () => {
  const found = page(section('SeadragonQueueLong', 'Long Queue'), section('SeadragonHttpSlow', 'Slow & Late'));
  const index = found.slice(found.indexOf('<dl>'), found.indexOf('</dl>'));
  assert.match(index, /<dt>Http<\/dt>\n<dd><a href="#seadragonhttpslow">Slow &amp; Late<\/a><\/dd>/);
  assert.ok(index.indexOf('Http') < index.indexOf('Queue'));
  assert.doesNotMatch(index, /<dt>Gpu/);
});

test('links to a dashboard where its uid stands as code', () => {
  const found = page(section('SeadragonQueueLong', 'Long Queue', 'Look at `seadragon-queue`, not at `seadragon-x`.'));
  assert.match(found, /Look at <a href="\.\/\?dashboard=seadragon-queue">Queue<\/a>, not at <code>seadragon-x<\/code>/);
});

test('keeps commands apart from their output, and each as it is written', () => {
  const rest = '```sh\ncurl "http://HOST" | grep <x>\n```\n```text\na  b\n```';
  const found = page(section('SeadragonQueueLong', 'Long Queue', rest));
  assert.match(found, /<pre class="command" tabindex="0">curl &quot;http:\/\/HOST&quot; \| grep &lt;x&gt;<\/pre>/);
  assert.match(found, /<pre class="output" tabindex="0">a {2}b<\/pre>/);
});

test('has no JavaScript, not even what the runbook would bring', () => {
  const found = page(section('SeadragonQueueLong', 'Long Queue', '<script>alert(1)</script> and <b onclick="x()">'));
  assert.doesNotMatch(found, /<script|<b /);
});

test('refuses a link that leads nowhere from the page', () => {
  const linking = (href: string) => () => page(section('SeadragonQueueLong', 'Long Queue', `See [it](${href}).`));
  assert.throws(linking('#seadragonqueueshort'), /#seadragonqueueshort/);
  assert.throws(linking('../docs/alerts.md'), /docs\/alerts\.md/);
  assert.doesNotThrow(linking('#seadragonqueuelong'));
  assert.doesNotThrow(linking('https://prometheus.io'));
});

test('refuses an alert without the title of its mail, of an unknown word, or twice', () => {
  assert.throws(() => page('## SeadragonQueueLong\n\nIt waits.\n'), /SeadragonQueueLong.*title/);
  assert.throws(() => page(section('SeadragonTeaCold', 'Cold Tea')), /SeadragonTeaCold/);
  assert.throws(() => page(...Array(2).fill(section('SeadragonQueueLong', 'Long Queue'))), /seadragonqueuelong/);
});
