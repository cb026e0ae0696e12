import { expect, it } from 'vitest';
import { Case } from '../../helpers/simulated-case.ts';

const region = 'eu-west-1';

it('does not call a change of weights late that it has not asked about, however long it waited for the services first', async () => {
  const one = await Case.of({ shares: [100], cutover: { deployTimeout: '30s', readyTimeout: '10m' } });
  one.world.followed = true;
  one.world.behind.set(region, { level: false, lagMs: 1_000, behind: ['Service shop/cart'] });
  one.in(150, () => one.world.behind.set(region, { written: 1 }));
  expect(await one.run('start')).toMatchObject({ exit: 0, status: 'completed' });
  const kinds = one.events.map((event) => (event.type === 'done' ? event.result.kind : event.type));
  const looks = kinds.slice(0, kinds.indexOf('set-weights')).filter((kind) => kind === 'follow-status');
  expect(looks.length).toBeGreaterThan(10);
});
