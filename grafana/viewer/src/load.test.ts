// Against a server that answers as Prometheus does.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import type { Address } from './address.ts';
import type { Dashboard, Panel, Target } from './dashboard.ts';
import { load } from './load.ts';
import { timeRange } from './period.ts';
import { connect, Unreachable } from './prometheus.ts';

type Answer = { status?: number; body: unknown };
type Answers = (path: string, parameters: URLSearchParams) => Answer;

const servers: Array<() => void> = [];
after(() => servers.forEach((close) => close()));

/** Returns the address of the API, and what it was asked. */
async function prometheus(answers: Answers): Promise<{ api: string; asked: Array<[string, URLSearchParams]> }> {
  const asked: Array<[string, URLSearchParams]> = [];
  const server = createServer(async (request, response) => {
    const [path, query] = request.url!.split('?');
    let body = '';
    for await (const part of request) body += part;
    const parameters = new URLSearchParams(body || query);
    asked.push([path, parameters]);
    const { status = 200, body: answer } = answers(path, parameters);
    response.writeHead(status).end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  servers.push(() => server.close());
  return { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const success = (data: unknown): Answer => ({ body: { status: 'success', data } });
const vector = (value: string): Answer =>
  success({ resultType: 'vector', result: [{ metric: {}, value: [1000, value] }] });
const configuration = success({ yaml: 'global:\n  scrape_interval: 10s\n' });

function asked(...panels: Array<Partial<Target>>) {
  const targets = panels.map((part, i): Panel => ({
    id: i,
    type: 'stat',
    title: '',
    gridPos: { x: 0, y: 0, w: 24, h: 1 },
    targets: [{ refId: 'A', expr: 'up', instant: true, ...part }],
  }));
  const all = { multi: true, includeAll: true, allValue: '.+' };
  const job = { name: 'job', type: 'query', query: 'label_values(up, job)', ...all };
  const list = [{ name: 'datasource', type: 'datasource', query: 'prometheus' }, job];
  const dashboard: Dashboard = { uid: 'x', title: 'x', panels: targets, templating: { list } };
  return { dashboard, chosen: {}, range: timeRange('1000000', '4600000'), panels: targets, widthOf: () => 100 };
}

function answersWith(query: Answers): Answers {
  return (path, parameters) => {
    if (path === '/status/config') return configuration;
    if (path === '/label/job/values') return success(['seadragon']);
    return query(path, parameters);
  };
}

test('fills in the period, the choices and the scrape interval', async () => {
  const server = await prometheus(answersWith(() => vector('3')));
  const question = asked({ expr: 'increase(x{job=~"$job"}[$__range]) / rate(x[$__rate_interval])' });
  const { panels, range } = await load(question, connect(server.api, new AbortController().signal));
  const [, query] = server.asked.find(([path]) => path === '/query')!;
  assert.equal(query.get('query'), 'increase(x{job=~".+"}[3600s]) / rate(x[70s])');
  assert.equal(query.get('time'), '4600');
  assert.equal(range.to.valueOf(), 4_600_000);
  assert.deepEqual([...panels.get(0)!.frames[0].fields[1].values], [3]);
});

test('asks the same question once', async () => {
  const server = await prometheus(answersWith(() => vector('3')));
  await load(asked({}, {}, {}), connect(server.api, new AbortController().signal));
  assert.equal(server.asked.filter(([path]) => path === '/query').length, 1);
});

test('a query that Prometheus refuses fails alone', async () => {
  const refused = { status: 400, body: { status: 'error', error: 'parse error: unexpected end' } };
  const server = await prometheus(
    answersWith((_path, parameters) => (parameters.get('query') === 'bad' ? refused : vector('3'))),
  );
  const { panels } = await load(asked({ expr: 'bad' }, {}), connect(server.api, new AbortController().signal));
  assert.equal(panels.get(0)!.error, 'parse error: unexpected end');
  assert.equal(panels.get(1)!.error, undefined);
});

test('a variable that the dashboard has not is named in its panel', async () => {
  const server = await prometheus(answersWith(() => vector('3')));
  const { panels } = await load(asked({ expr: 'up{x="$nope"}' }), connect(server.api, new AbortController().signal));
  assert.match(panels.get(0)!.error!, /\$nope/);
});

test('a value that looks like a variable is a value', async () => {
  const job = 'ev"il$x.*';
  const server = await prometheus((path) => {
    if (path === '/status/config') return configuration;
    return path === '/label/job/values' ? success([job]) : vector('3');
  });
  const question = { ...asked({ expr: 'up{job=~"$job"}' }), chosen: { job: [job] } };
  const { panels } = await load(question, connect(server.api, new AbortController().signal));
  assert.equal(panels.get(0)!.error, undefined);
  const [, query] = server.asked.find(([path]) => path === '/query')!;
  assert.equal(query.get('query'), String.raw`up{job=~"ev\"il\\$x\\.\\*"}`);
});

test('nothing is shown when Prometheus cannot be reached', async () => {
  const client = connect('http://127.0.0.1:1', new AbortController().signal);
  await assert.rejects(load(asked({}), client), Unreachable);
});

test('nothing is shown when something else answers, for a part of the questions too', async () => {
  const server = await prometheus(answersWith(() => ({ status: 502, body: '<h1>Bad Gateway</h1>' })));
  await assert.rejects(load(asked({}, {}), connect(server.api, new AbortController().signal)), /HTTP 502 Bad Gateway/);
});

test('a load that is overtaken ends at once', async () => {
  const server = await prometheus(answersWith(() => vector('3')));
  const overtaken = new AbortController();
  overtaken.abort();
  await assert.rejects(load(asked({}), connect(server.api, overtaken.signal)), { name: 'AbortError' });
});

test('says so when nothing is scraped', async () => {
  const server = await prometheus((path) => {
    if (path === '/status/config') return configuration;
    return path === '/label/job/values' ? success([]) : success({ resultType: 'vector', result: [] });
  });
  const { notices } = await load(asked({}), connect(server.api, new AbortController().signal));
  assert.deepEqual(notices, ['Prometheus has no metrics of Seadragon: is anything scraped?']);
});

test('names each chosen value that Prometheus does not have', async () => {
  const server = await prometheus(answersWith(() => vector('3')));
  const question = { ...asked({}), chosen: { job: ['seadragon', 'nonsense', 'typo', 'typo'] } };
  const { notices } = await load(question, connect(server.api, new AbortController().signal));
  assert.deepEqual(notices, [
    'job "nonsense" is not among what Prometheus has in this period',
    'job "typo" is not among what Prometheus has in this period',
  ]);
});

test('a choice that is there, and the choice of all, need no notice', async () => {
  const server = await prometheus(answersWith(() => vector('3')));
  const choices: Address['variables'][] = [{}, { job: ['seadragon'] }, { datasource: ['a'], other: ['b'] }];
  for (const chosen of choices) {
    const question = { ...asked({}), chosen };
    const { notices } = await load(question, connect(server.api, new AbortController().signal));
    assert.deepEqual(notices, []);
  }
});

test('does without the configuration where the server does not tell it', async () => {
  const server = await prometheus((path) => {
    if (path === '/status/config') return { status: 404, body: { status: 'error', error: 'not found' } };
    return path === '/label/job/values' ? success(['seadragon']) : vector('3');
  });
  await load(asked({ expr: 'rate(x[$__rate_interval])' }), connect(server.api, new AbortController().signal));
  const [, query] = server.asked.find(([path]) => path === '/query')!;
  assert.equal(query.get('query'), 'rate(x[75s])');
});
