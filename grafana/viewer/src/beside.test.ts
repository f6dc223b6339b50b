import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beside } from './beside.ts';

// Browsers refuse to ask for an address with a login in it.
test('a page that was opened with a login asks without it', () => {
  const page = new URL('http://u:x@host:9090/prom/user/?var-job=a');
  assert.equal(beside('../api/v1', page), 'http://host:9090/prom/api/v1');
  assert.equal(beside('dashboards/index.json', page), 'http://host:9090/prom/user/dashboards/index.json');
});

test('the page may be asked for by the name of its file', () => {
  assert.equal(beside('../api/v1', new URL('https://host/user/index.html')), 'https://host/api/v1');
});
