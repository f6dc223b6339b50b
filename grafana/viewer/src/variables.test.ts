import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interpolate, unknownPlaceholder } from './interpolate.ts';
import { inLink, inQuery, valuesInQuery } from './variables.ts';
import type { Variable } from './variables.ts';

function variable(chosen: string[], part: Partial<Variable> = {}): Variable {
  return { name: 'job', label: 'Job', options: ['a', 'b', 'c'], chosen, all: '.+', multi: true, ...part };
}

function filled(text: string, variables: Variable[], macros: Record<string, string> = {}): string {
  return interpolate(text, valuesInQuery(variables, macros));
}

test('one value stands for itself, several for an alternative, none for all', () => {
  const query = (chosen: string[]) => filled('up{job=~"$job"}', [variable(chosen)]);
  assert.equal(query(['a']), 'up{job=~"a"}');
  assert.equal(query(['a', 'b']), 'up{job=~"(a|b)"}');
  assert.equal(query([]), 'up{job=~".+"}');
});

test('a value with special characters stands for itself', () => {
  assert.equal(inQuery(variable(['10.0.0.1:80']), ''), String.raw`10\\.0\\.0\\.1:80`);
  assert.equal(inQuery(variable(['a\\b']), ''), String.raw`a\\\\b`);
  assert.equal(inQuery(variable(['say "x"']), ''), String.raw`say \"x\"`);
  assert.equal(inQuery(variable(['ev"il$x.*']), ''), String.raw`ev\"il\\$x\\.\\*`);
});

test('a variable that is no list is not a regular expression', () => {
  assert.equal(inQuery(variable(['a.b'], { multi: false }), ''), 'a.b');
  assert.equal(inQuery(variable(['a.b'], { multi: false }), 'regex'), String.raw`a\\.b`);
});

test('understands all spellings of a placeholder', () => {
  assert.equal(filled('$job ${job} ${job:pipe} [[job]]', [variable(['a', 'b'])]), '(a|b) (a|b) a|b (a|b)');
});

test('macros come before variables', () => {
  assert.equal(filled('rate(x[$__range]) $job', [variable(['a'])], { __range: '60s' }), 'rate(x[60s]) a');
});

test('leaves a group of a regular expression alone', () => {
  assert.equal(filled('label_replace(x, "a", "$1", "b", "")', [variable([])]), 'label_replace(x, "a", "$1", "b", "")');
});

test('names a variable that there is not, and takes nothing else for one', () => {
  const unknown = (text: string) => unknownPlaceholder(text, valuesInQuery([variable(['$x'])]));
  assert.equal(unknown('label_replace(x{job=~"$job"}, "a", "$1", "b", "(.*)") == $nope'), 'nope');
  assert.equal(unknown('x{job=~"${job}", path=~"/v1/.*$"} and label_replace(y, "a", "$1", "b", "")'), undefined);
});

test('hands a choice on to a link', () => {
  assert.equal(inLink(variable(['a', 'b&c']), 'queryparam'), 'var-job=a&var-job=b%26c');
  assert.equal(inLink(variable([]), 'queryparam'), 'var-job=%24__all');
  assert.equal(inLink(variable(['a']), ''), 'a');
});
