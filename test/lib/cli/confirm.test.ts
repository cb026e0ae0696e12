import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { canAsk, confirmed } from '../../../lib/cli/confirm.ts';

const streams = () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  return { input, output };
};
const ask = async (typed: string | undefined): Promise<boolean> => {
  const { input, output } = streams();
  const answer = confirmed({ input, output }, 'Delete 2 objects?', 'green');
  if (typed === undefined) input.end();
  else input.write(typed);
  expect(await answer).toBe((typed ?? '').trim() === 'green');
  expect(String(output.read())).toBe('Delete 2 objects? Type green to go on: ');
  return answer;
};

describe('a typed confirmation', () => {
  it('is the word itself, and nothing else is', async () => {
    expect(await ask('green\n')).toBe(true);
    for (const typed of ['y\n', 'yes\n', '\n', 'Green\n', 'blue\ngreen\n', undefined])
      expect(await ask(typed), JSON.stringify(typed)).toBe(false);
  });

  it('is asked of a person only', () => {
    const { input, output } = streams();
    const [person, screen] = [Object.assign(streams().input, { isTTY: true }), { isTTY: true }];
    expect(canAsk({ input: person, output: Object.assign(streams().output, screen) })).toBe(true);
    expect(canAsk({ input, output: Object.assign(streams().output, screen) })).toBe(false);
    expect(canAsk({ input: person, output })).toBe(false);
  });
});
