import { expect, it } from 'vitest';
import { refusal } from '../../helpers/refusal.ts';
import { refuseOther } from './check.ts';

it('refuses another release than is running, for all clusters at once, with the command that helps', () => {
  const blue = { name: 'blue', knative: '1.23.0', found: '1.22.1' } as const;
  expect(refusal(() => refuseOther([blue, { name: 'green', knative: '1.23.0' }]))).toMatchObject({
    code: 'lane.other-release',
    exitCode: 2,
    action: 'npm run clusters -- down blue',
  });
  expect(refusal(() => refuseOther([blue, { ...blue, name: 'green' }]))).toMatchObject({
    action: 'npm run clusters -- down blue green',
  });
  refuseOther([
    { ...blue, found: '1.23.0' },
    { name: 'spare', found: '1.22.1' },
  ]);
});
