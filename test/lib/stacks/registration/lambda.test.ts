import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Duration } from '../../../../lib/fleet/duration.ts';
import { bundle, generatedFile, moduleOf, rooms } from '../../../../scripts/generate-registration-handler.ts';
import { blue, foreign, green, newBlue, Played, region, type Started } from './played.ts';

const played = new Played();
let started: Started;
const start = async (...given: Parameters<Played['start']>) => {
  started = await played.start(...given);
};
const send: Played['send'] = (...given) => played.send(...given);
const weights = () => started.weights();
const properties: Started['properties'] = (...given) => started.properties(...given);

beforeAll(() => played.open());
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => {}));
afterEach(() => played.stop());
afterAll(() => played.close());

describe('the registration, over the real protocol', () => {
  it.each(rooms)('is bundled from the sources that are here: %s', async (room) => {
    expect(await readFile(generatedFile(room), 'utf8')).toBe(moduleOf(await bundle(room)));
  });

  it('adds both colours at the same moment, the first with all the weight', async () => {
    await start();
    await Promise.all([send('Create', properties(green)), send('Create', properties(blue))]);
    expect(await weights()).toEqual({ [blue]: 100, [green]: 0 });
  });

  it('enters without weight where something carries it, and leaves foreign endpoints alone', async () => {
    await start({ [foreign]: 77 });
    expect((await send('Create', properties(blue))).Status).toBe('SUCCESS');
    expect(await weights()).toEqual({ [foreign]: 77, [blue]: 0 });
  });

  it('keeps weights on update, when a creation is played twice, and after a cutover', async () => {
    await start();
    const { PhysicalResourceId } = await send('Create', properties(blue));
    await send('Create', properties(green));
    await started.setWeights({ [blue]: 40, [green]: 60 });
    const update = await send('Update', properties(blue, { First: 'false' }), PhysicalResourceId);
    expect(update).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
    expect((await send('Create', properties(blue))).PhysicalResourceId).toBe(PhysicalResourceId);
    expect(await weights()).toEqual({ [blue]: 40, [green]: 60 });
  });

  it('refuses to go while it has weight beside a sibling, and says what to do', async () => {
    await start();
    const { PhysicalResourceId } = await send('Create', properties(blue));
    await send('Create', properties(green));
    const refused = await send('Delete', properties(blue), PhysicalResourceId);
    expect(refused).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('zeroshift cutover') });
    expect(await weights()).toEqual({ [blue]: 100, [green]: 0 });
  });

  it('goes without weight, and alone; a second deletion finds nothing to do', async () => {
    await start();
    const first = await send('Create', properties(blue));
    const second = await send('Create', properties(green));
    expect((await send('Delete', properties(green), second.PhysicalResourceId)).Status).toBe('SUCCESS');
    expect(await weights()).toEqual({ [blue]: 100 });
    expect((await send('Delete', properties(blue), first.PhysicalResourceId)).Status).toBe('SUCCESS');
    expect((await send('Delete', properties(blue), first.PhysicalResourceId)).Status).toBe('SUCCESS');
    expect(await weights()).toEqual({});
  });

  it('does not replace an entrance that has weight; one without it is added anew', async () => {
    await start();
    const { PhysicalResourceId } = await send('Create', properties(blue));
    const refused = await send('Update', properties(newBlue), PhysicalResourceId);
    expect(refused).toMatchObject({ Status: 'FAILED', PhysicalResourceId });
    expect(await weights()).toEqual({ [blue]: 100 });

    const idle = await send('Create', properties(green));
    const replaced = await send('Update', properties(newBlue), idle.PhysicalResourceId);
    expect(replaced.Status).toBe('SUCCESS');
    expect(replaced.PhysicalResourceId).not.toBe(idle.PhysicalResourceId);
    await send('Delete', properties(green), idle.PhysicalResourceId);
    expect(await weights()).toEqual({ [blue]: 100, [newBlue]: 0 });
  });

  it('never removes an endpoint that was there before it', async () => {
    await start({ [foreign]: 77 });
    const found = await send('Create', properties(foreign, { Ours: 'false' }));
    expect(
      (await send('Delete', properties(foreign, { Ours: 'false' }), found.PhysicalResourceId)).Status,
    ).toBe('SUCCESS');
    expect(await weights()).toEqual({ [foreign]: 77 });
  });

  it("finds the endpoint group of somebody else's listener", async () => {
    await start();
    const { EndpointGroupArn: _, ...byListener } = properties(blue, {
      ListenerArn: started.accelerator.listenerArn,
      Region: region,
    });
    expect((await send('Create', byListener)).Status).toBe('SUCCESS');
    expect(await weights()).toEqual({ [blue]: 100 });
    const nowhere = await send('Create', { ...byListener, Region: 'us-east-1' });
    expect(nowhere).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'unregistered' });
  });

  it('goes on when another change is under way, and when an answer was lost', async () => {
    await start();
    const trouble = (operation: string) => [
      { operation, answer: { type: 'TransactionInProgressException' }, times: 2 },
      { operation, answer: 'lost-answer' as const, times: 1 },
    ];
    started.accelerator.setFaults(trouble('AddEndpoints'));
    const created = await send('Create', properties(blue));
    expect(created.Status).toBe('SUCCESS');
    expect(await weights()).toEqual({ [blue]: 100 });
    started.accelerator.setFaults(trouble('RemoveEndpoints'));
    expect((await send('Delete', properties(blue), created.PhysicalResourceId)).Status).toBe('SUCCESS');
    expect(await weights()).toEqual({});
  });

  it('answers before its time is over when the accelerator stays IN_PROGRESS', async () => {
    await start({}, Duration.seconds(60));
    const late = await send('Create', properties(blue), undefined, 30_500);
    expect(late).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('not DEPLOYED') });
  });

  it('fails with the reason when a call is refused, with an id that a rollback removes', async () => {
    await start();
    started.accelerator.setFaults([
      { operation: 'DescribeAccelerator', answer: { type: 'AccessDeniedException' } },
    ]);
    const failed = await send('Create', properties(blue));
    expect(failed).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('AccessDenied') });
    started.accelerator.setFaults([]);
    expect((await send('Delete', properties(blue), failed.PhysicalResourceId)).Status).toBe('SUCCESS');
    expect(await weights()).toEqual({});
  });
});
