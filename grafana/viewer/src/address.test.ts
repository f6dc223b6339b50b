import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress, parseAddress } from './address.ts';

test('reads the names that Grafana uses', () => {
  const search = '?dashboard=seadragon-queue&from=now-24h&to=now&refresh=30s&var-job=a&var-job=b&var-instance=c';
  assert.deepEqual(parseAddress(search), {
    dashboard: 'seadragon-queue',
    from: 'now-24h',
    to: 'now',
    refresh: '30s',
    variables: { job: ['a', 'b'], instance: ['c'] },
  });
});

test('keeps no refresh apart from none that is named', () => {
  assert.equal(parseAddress('?refresh=').refresh, '');
  assert.equal(parseAddress('').refresh, undefined);
});

test('takes the choice of all for no choice', () => {
  assert.deepEqual(parseAddress('?var-job=$__all&var-instance=All').variables, {});
});

test('writes what it has read', () => {
  const variables = { job: ['a b', 'c&d=e'], instance: [] };
  const address = { dashboard: 'x', from: '1', to: '2', refresh: '', variables };
  assert.equal(formatAddress(address), '?dashboard=x&from=1&to=2&refresh=&var-job=a+b&var-job=c%26d%3De');
  assert.deepEqual(parseAddress(formatAddress(address)).variables, { job: ['a b', 'c&d=e'] });
});

test('a variable may have the name of what every object has', () => {
  const search = '?var-constructor=x&var-toString=y&var-__proto__=z';
  const { variables } = parseAddress(search);
  assert.deepEqual(Object.entries(variables), [['constructor', ['x']], ['toString', ['y']], ['__proto__', ['z']]]);
  assert.equal(formatAddress({ variables }), search);
});

test('leaves out what is not known', () => {
  assert.equal(formatAddress({ variables: {} }), '?');
  assert.equal(formatAddress({ dashboard: 'x', variables: {} }), '?dashboard=x');
});
