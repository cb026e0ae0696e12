import { expect, test } from 'vitest';
import { errorText, ZeroshiftError } from '../../../../../lib/messages/error.ts';
import { appSettings } from '../../../../../lib/rehearsal/cluster/data-plane/index.ts';

test('absent and empty variables have their defaults', () => {
  expect(appSettings({ TARGET: '', ANSWER_MS: '' })).toEqual({
    target: 'world',
    answerMs: 0,
    answerStatus: 200,
    answerBytes: 0,
    startupMs: 500,
    shutdownMs: 100,
  });
  expect(
    appSettings({ TARGET: 'Ana', ANSWER_MS: '250', ANSWER_STATUS: '503', ANSWER_BYTES: '10' }),
  ).toMatchObject({
    target: 'Ana',
    answerMs: 250,
    answerStatus: 503,
    answerBytes: 10,
  });
});

test('every wrong variable is named at once, with what is allowed', () => {
  try {
    appSettings({ ANSWER_MS: '-1', ANSWER_STATUS: '1e2', STARTUP_MS: '0.5', ANSWER_BYTES: '7' });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ZeroshiftError);
    const text = errorText(error as ZeroshiftError);
    expect(text).toContain('ANSWER_MS: "-1" was given; allowed: a whole number from 0 to 600000');
    expect(text).toContain('ANSWER_STATUS: "1e2"');
    expect(text).toContain('STARTUP_MS: "0.5"');
    expect(text).not.toContain('ANSWER_BYTES');
  }
});
