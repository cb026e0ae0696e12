import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { evolve, replay } from '../../../lib/cutover/evolve.ts';
import { readRecords } from '../../../lib/cutover/journal.ts';
import type { CutoverPlan } from '../../../lib/cutover/plan.ts';
import { initialState } from '../../../lib/cutover/state.ts';

const folder = join(import.meta.dirname, '../../histories/completed');
const plan = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as CutoverPlan;
const text = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
const { records } = readRecords(text, 'journal');
const fromScratch = (count: number) =>
  records.slice(0, count).reduce((state, record) => evolve(plan, state, record), initialState(plan));

it('replays a journal that grows, shrinks or changes as if it had never been replayed before', () => {
  const growing = records.slice(0, 5);
  expect(replay(plan, growing)).toEqual(fromScratch(5));
  growing.push(...records.slice(5, 20));
  expect(replay(plan, growing)).toEqual(fromScratch(20));
  expect(replay(plan, growing)).toEqual(fromScratch(20));
  growing.length = 8;
  expect(replay(plan, growing)).toEqual(fromScratch(8));
  growing.splice(6, 2, ...records.slice(6, 12));
  expect(replay(plan, growing)).toEqual(fromScratch(12));
  expect(replay({ ...plan }, growing)).toEqual(fromScratch(12));
});

it('takes a line for whole by its text or by its content, and no other one', () => {
  const lines = text.split('\n').slice(0, 3);
  const turned = lines.map((line) => {
    const { hash, ...rest } = JSON.parse(line) as { hash: string };
    return JSON.stringify({ ...rest, hash });
  });
  // An object's keys in another order say the same.
  expect(readRecords(`${turned.join('\n')}\n`, 'journal').records).toHaveLength(3);
  const hash = (JSON.parse(lines[1] ?? '') as { hash: string }).hash;
  const spoilt = [lines[0], lines[1]?.replace('"event":{', `"event":{"hash":"${hash}",`), lines[2]];
  expect(() => readRecords(`${spoilt.join('\n')}\n`, 'journal')).toThrow('damaged in line 2');
});
