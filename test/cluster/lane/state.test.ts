import { expect, it } from 'vitest';
import type { PartState } from '../machine/index.ts';
import { type Seen, stateOf } from './state.ts';

const runs: PartState = { name: 'etcd', pid: 7, starts: 1, last: '', quick: 0, age: 900 };
const up: Seen = { keeper: true, complete: true, locked: false, left: true, parts: [runs], answers: true };
const killed: PartState = { ...runs, name: 'kube-apiserver', pid: 0, last: 'killed', age: 0.4 };
const again: PartState = { ...killed, pid: 99, starts: 2, age: 3 };

it.each<[string, Partial<Seen>, string]>([
  ['with all of it', {}, 'up'],
  ['that another up looks at', { locked: true }, 'up'],
  ['of which nothing is there', { keeper: false, complete: false, left: false }, 'down'],
  ['whose keeper was killed', { keeper: false }, 'broken'],
  ['that is being started', { complete: false, locked: true }, 'busy'],
  ['that is being swept away', { keeper: false, locked: true }, 'busy'],
  ['whose up was killed', { complete: false }, 'broken'],
  ['a part of which has just ended', { parts: [runs, killed], answers: false }, 'restarting'],
  ['that is being taken down', { parts: [runs, killed], answers: false, locked: true }, 'busy'],
  ['whose API server does not answer yet', { parts: [runs, again], answers: false }, 'restarting'],
  ['a part of which ends again and again', { parts: [runs, { ...killed, quick: 3 }] }, 'broken'],
  ['with such a part in between', { parts: [runs, { ...again, quick: 3 }] }, 'broken'],
  ['with a part that recovered from that', { parts: [runs, { ...again, quick: 3, age: 61 }] }, 'up'],
  ['that does not answer though nothing was restarted', { answers: false }, 'broken'],
])('a cluster %s', (_, seen, state) => {
  expect(stateOf({ ...up, ...seen })).toBe(state);
});
