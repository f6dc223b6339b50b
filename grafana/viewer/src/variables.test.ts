import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unknownPlaceholder } from './interpolate.ts';
import { inLink, inQuery, queryText } from './variables.ts';
import type { Variable } from './variables.ts';

function variable(chosen: string[], part: Partial<Variable> = {}): Variable {
  return { name: 'job', label: 'Job', options: ['a', 'b', 'c'], chosen, all: '.+', multi: true, ...part };
}

test('one value stands for itself, several for an alternative, none for all', () => {
  const query = (chosen: string[]) => queryText('up{job=~"$job"}', [variable(chosen)]);
  assert.equal(query(['a']), 'up{job=~"a"}');
  assert.equal(query(['a', 'b']), 'up{job=~"(a|b)"}');
  assert.equal(query([]), 'up{job=~".+"}');
});

test('a value with special characters stands for itself', () => {
  assert.equal(inQuery(variable(['10.0.0.1:80']), ''), String.raw`10\\.0\\.0\\.1:80`);
  assert.equal(inQuery(variable(['a\\b']), ''), String.raw`a\\\\b`);
  assert.equal(inQuery(variable(['say "x"']), ''), String.raw`say \"x\"`);
});

test('a variable that is no list is not a regular expression', () => {
  assert.equal(inQuery(variable(['a.b'], { multi: false }), ''), 'a.b');
  assert.equal(inQuery(variable(['a.b'], { multi: false }), 'regex'), String.raw`a\\.b`);
});

test('understands all spellings of a placeholder', () => {
  assert.equal(queryText('$job ${job} ${job:pipe} [[job]]', [variable(['a', 'b'])]), '(a|b) (a|b) a|b (a|b)');
});

test('macros come before variables', () => {
  assert.equal(queryText('rate(x[$__range]) $job', [variable(['a'])], { __range: '60s' }), 'rate(x[60s]) a');
});

test('leaves a group of a regular expression alone and names a variable that there is not', () => {
  const text = queryText('label_replace(x, "a", "$1", "b", "(.*)") == $nope', [variable([])]);
  assert.match(text, /"\$1"/);
  assert.equal(unknownPlaceholder(text), '$nope');
  assert.equal(unknownPlaceholder('x{path=~"/v1/.*$"} and label_replace(y, "a", "$1", "b", "")'), undefined);
});

test('hands a choice on to a link', () => {
  assert.equal(inLink(variable(['a', 'b&c']), 'queryparam'), 'var-job=a&var-job=b%26c');
  assert.equal(inLink(variable([]), 'queryparam'), 'var-job=%24__all');
  assert.equal(inLink(variable(['a']), ''), 'a');
});
