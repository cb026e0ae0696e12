import { expect, it } from 'vitest';
import { refusal } from '../../helpers/refusal.ts';
import { wordsOf } from './words.ts';

it('takes what the help says', () => {
  const both = { blue: '1.22.1', green: '1.23.0' };
  expect(wordsOf([])).toMatchObject({ verb: 'help' });
  expect(wordsOf(['down', '--help'])).toMatchObject({ verb: 'help' });
  expect(wordsOf(['up'])).toEqual({ verb: 'up', clusters: ['blue', 'green'], knative: both, json: false });
  expect(wordsOf(['up', 'green', '--knative', '1.22.1'])).toMatchObject({
    clusters: ['green'],
    knative: { green: '1.22.1' },
  });
  expect(wordsOf(['status', 'blue', '--json'])).toMatchObject({ clusters: ['blue'], json: true });
});

// What is taken and ignored would be believed.
it.each([
  ['down --json', '--json', 'npm run clusters -- help'],
  ['up --json', '--json', 'npm run clusters -- help'],
  ['up --jason', '--jason', 'npm run clusters -- help'],
  ['status --jsn', '--jsn', 'did you mean --json?'],
  ['status --json=x', '--json', 'npm run clusters -- help'],
  ['status --knative 1.23.0', '--knative', 'npm run clusters -- help'],
  ['status -x', '-x', 'npm run clusters -- help'],
  ['kubectl blue', 'CLUSTER', 'npm run clusters -- help'],
  ['up --knative', '--knative', 'npm run clusters -- help'],
  ['up --knative 1.23.00', '--knative', 'did you mean 1.23.0?'],
  ['up blu', 'CLUSTER', 'did you mean blue?'],
  ['upp', 'VERB', 'did you mean up?'],
  ['sttaus --json', 'VERB', 'did you mean status?'],
  ['toString', 'VERB', 'npm run clusters -- help'],
])('refuses %s', (words, where, action) => {
  const { code, exitCode, problems, action: told } = refusal(() => wordsOf(words.split(' ')));
  expect({ code, exitCode, where: problems.map((problem) => problem.where), action: told }).toEqual({
    code: 'lane.usage',
    exitCode: 2,
    where: [where],
    action,
  });
});
