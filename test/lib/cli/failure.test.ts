import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sayFailure } from '../../../lib/cli/failure.ts';
import { peers } from '../../../lib/cli/missing-package.ts';
import { ZeroshiftError } from '../../../lib/messages/index.ts';

function failed(thrown: unknown) {
  const said: unknown[] = [];
  const traces: Error[] = [];
  const exit = sayFailure(
    {
      say: (_, data) => said.push(data),
      trace: (error) => traces.push(error),
      readerGone: new AbortController().signal,
      close: () => {},
    },
    thrown,
  );
  return { exit, said, traces };
}

it('says what a user can mend, without a trace', () => {
  const cause = new SyntaxError('Unexpected token');
  const error = new ZeroshiftError('that is no plan', {
    code: 'plan.invalid',
    source: 'user',
    problems: [{ where: 'PLAN', value: { a: 1 }, allowed: 'a plan' }],
    cause,
  });
  expect(failed(error)).toEqual({
    exit: 2,
    said: [
      {
        code: 'plan.invalid',
        message: 'that is no plan',
        problems: ['PLAN: {"a":1} was given; allowed: a plan'],
      },
    ],
    traces: [],
  });
});

it('says what the system refuses, without a trace', () => {
  let thrown: unknown;
  try {
    readFileSync(import.meta.dirname);
  } catch (error) {
    thrown = error;
  }
  expect(failed(thrown)).toMatchObject({
    exit: 1,
    said: [
      { code: 'system.refused', message: expect.stringMatching(/^the system refuses: illegal operation/) },
    ],
    traces: [],
  });
});

it('shows where a mistake of ours was made', () => {
  const bug = new TypeError('x is not a function');
  expect(failed(bug)).toMatchObject({ exit: 1, said: [{ code: 'zeroshift.bug' }], traces: [bug] });
  expect(failed('a string')).toMatchObject({ exit: 1, said: [{ message: 'a string' }], traces: [] });
});

it('names the package that is not installed, and how to install it', () => {
  const missing = (text: string) => failed(Object.assign(new Error(text), { code: 'ERR_MODULE_NOT_FOUND' }));
  expect(missing("Cannot find package 'cdk8s' imported from /a/zeroshift/dist/command/chunk-1.js")).toEqual({
    exit: 1,
    said: [
      {
        code: 'package.missing',
        message: 'the package cdk8s is not installed',
        problems: [],
        action: `npm install cdk8s@${peers.cdk8s} constructs@${peers.constructs} cdk8s-plus-27@${peers['cdk8s-plus-27']}`,
      },
    ],
    traces: [],
  });
  expect(missing("Cannot find module 'aws-cdk-lib/core' imported from /a/b.js")).toMatchObject({
    said: [{ action: `npm install aws-cdk-lib@${peers['aws-cdk-lib']} constructs@${peers.constructs}` }],
  });
  expect(missing("Cannot find package 'commander' imported from /a/b.js")).toMatchObject({
    said: [{ code: 'zeroshift.bug' }],
  });
  const { peerDependencies } = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  );
  expect(peers).toEqual(peerDependencies);
});
