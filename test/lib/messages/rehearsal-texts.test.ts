import { expect, it } from 'vitest';
import { keptText } from '../../../lib/messages/rehearsal-texts.ts';

it('a rehearsal that stays up says how each command is used on it', () => {
  const text = keptText({
    rate: 250,
    minutes: 30,
    kubeconfigs: { blue: 'blue.kubeconfig' },
    contexts: { blue: 'blue' },
    accelerator: { 80: '127.0.0.1:1' },
    entrances: { blue: '127.0.0.1:2' },
    controlPlane: 'http://127.0.0.1:3',
    locator: 'locator.json',
    state: 'state',
    fleet: 'fleet.config.ts',
    hosts: ['a.example.com'],
  });
  const whole = '--fleet fleet.config.ts --locator locator.json';
  expect(text).toContain(`npx zeroshift status ${whole} --state state`);
  expect(text).toContain(`npx zeroshift diff --colour green ${whole}\n`);
  for (const verb of ['plan', 'cutover', 'rollback', 'finalize', 'prune', 'inventory'])
    expect(text).toContain(verb);
});
