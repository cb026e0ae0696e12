import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { loadFleet } from '../../../lib/fleet/load-fleet.ts';
import { blue, green, Played } from '../../lib/stacks/registration/played.ts';
import { resourcesOf, synthesize, type Template, templateOf, typesIn } from '../../lib/stacks/synthesis.ts';

/** The way of docs/adopt.md, step by step and each step's undo, with what the stacks of the example say. */
const played = new Played();
let blueTemplate: Template;
let greenTemplate: Template;

beforeAll(async () => {
  await played.open();
  const fleet = await loadFleet(resolve(import.meta.dirname, '../../../examples/adopt/fleet.config.ts'));
  const { stacks } = synthesize(fleet);
  blueTemplate = templateOf(stacks, 'adopted-eu-west-1-blue');
  greenTemplate = templateOf(stacks, 'adopted-eu-west-1-green');
});
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => {}));
afterEach(() => played.stop());
afterAll(() => played.close());

it("leaves the team's cluster and load balancer alone", () => {
  expect(typesIn(blueTemplate).sort()).toEqual([
    'AWS::CloudWatch::Alarm',
    'AWS::IAM::Policy',
    'AWS::IAM::Role',
    'AWS::Lambda::Function',
    'AWS::Logs::LogGroup',
    'AWS::SSM::Parameter',
    'Custom::ZeroshiftEntranceRegistration',
  ]);
});

it('puts the accelerator in front, brings the second colour, and takes the first one out, with each undo', async () => {
  const { properties, weights, setWeights } = await played.start();
  /** What a stack says, at the endpoint that plays its entrance; nobody's lease is asked for. */
  const said = (template: Template, endpoint: string) => {
    const [registration] = resourcesOf(template, 'Custom::ZeroshiftEntranceRegistration');
    const { First, Ours, ClientAddress } = registration?.Properties ?? {};
    return properties(endpoint, { First, Ours, ClientAddress });
  };
  const deploy = async (template: Template, endpoint: string): Promise<string> => {
    const answer = await played.send('Create', said(template, endpoint));
    expect(answer.Status).toBe('SUCCESS');
    return answer.PhysicalResourceId;
  };
  const remove = async (template: Template, endpoint: string, id: string): Promise<string> =>
    (await played.send('Delete', said(template, endpoint), id)).Status;

  // 2: blue's entrance behind the accelerator; undone; done again.
  let ofBlue = await deploy(blueTemplate, blue);
  expect(await weights()).toEqual({ [blue]: 100 });
  expect(await remove(blueTemplate, blue, ofBlue)).toBe('SUCCESS');
  expect(await weights()).toEqual({});
  ofBlue = await deploy(blueTemplate, blue);

  // 5: green, without weight; undone; done again.
  const first = await deploy(greenTemplate, green);
  expect(await weights()).toEqual({ [blue]: 100, [green]: 0 });
  expect(await remove(greenTemplate, green, first)).toBe('SUCCESS');
  await deploy(greenTemplate, green);

  // 6: under way, blue stays.
  await setWeights({ [blue]: 50, [green]: 50 });
  expect(await remove(blueTemplate, blue, ofBlue)).toBe('FAILED');
  await setWeights({ [blue]: 0, [green]: 100 });

  // 7: what is left of blue; undone.
  expect(await remove(blueTemplate, blue, ofBlue)).toBe('SUCCESS');
  expect(await weights()).toEqual({ [green]: 100 });
  await deploy(blueTemplate, blue);
  expect(await weights()).toEqual({ [green]: 100, [blue]: 0 });
});
