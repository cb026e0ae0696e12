import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Duration } from '../../../../lib/fleet/duration.ts';
import { EndpointGroupClient } from '../../../../lib/stacks/registration/endpoint-group-client.ts';
import {
  handle,
  type RegistrationEvent,
  type RegistrationPorts,
} from '../../../../lib/stacks/registration/handle.ts';
import { blue, foreign, green, newBlue, Played, type Started } from './played.ts';

/** A function that ends between any two of its calls, and what CloudFormation and Lambda do then. */
const played = new Played();
afterEach(() => played.stop());

type Groups = RegistrationPorts['groups'];

/** What the accelerator takes for a change. */
const quick = Duration.milliseconds(5);

class Crashed extends Error {}

/** Ports of a process that ends at its nth call: before the call, or after it and before its answer. */
function portsOf(
  { client }: Started,
  crash?: { readonly call: number; readonly after: boolean },
): { ports: RegistrationPorts; crashed: Promise<never>; calls: () => number } {
  const real = new EndpointGroupClient({ reads: client, writes: client });
  let calls = 0;
  let end: (reason: Crashed) => void = () => {};
  const crashed = new Promise<never>((_, reject) => {
    end = reject;
  });
  const never = () => new Promise<never>(() => {});
  const wrap =
    <A extends unknown[], R>(call: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      const struck = ++calls === crash?.call;
      if (struck && !crash.after) {
        end(new Crashed());
        return never();
      }
      const answer = await call(...given);
      if (!struck) return answer;
      end(new Crashed());
      return never();
    };
  const groups: Groups = {
    endpoints: wrap((arn) => real.endpoints(arn)),
    add: wrap((arn, endpoint) => real.add(arn, endpoint)),
    remove: wrap((arn, endpoint) => real.remove(arn, endpoint)),
    isDeployed: wrap((arn) => real.isDeployed(arn)),
    findGroup: wrap((arn, region) => real.findGroup(arn, region)),
  };
  const leaseHolder = wrap(async () => undefined);
  const ports = {
    groups,
    leaseHolder,
    cutoverUnderWay: wrap(async () => undefined),
    // The accelerator is quick here too.
    sleep: async (milliseconds: number) => void (await sleep(milliseconds / 10)),
    timeLeft: () => 60_000,
  };
  return { ports, crashed, calls: () => calls };
}

const play = (started: Started, event: RegistrationEvent) => handle(event, portsOf(started).ports);

/** Ends at each call in turn; false where there is no such call any more. */
async function crashes(
  started: Started,
  event: RegistrationEvent,
  call: number,
  after: boolean,
): Promise<boolean> {
  const { ports, crashed, calls } = portsOf(started, { call, after });
  crashed.catch(() => undefined);
  try {
    await Promise.race([handle(event, ports), crashed]);
    expect(calls()).toBeLessThan(call);
    return false;
  } catch (error) {
    if (!(error instanceof Crashed)) throw error;
    return true;
  }
}

const eventOf = (
  started: Started,
  RequestType: RegistrationEvent['RequestType'],
  endpoint: string,
  id?: string,
): RegistrationEvent => ({
  RequestType,
  ResourceProperties: started.properties(endpoint) as never,
  ...(id === undefined ? {} : { PhysicalResourceId: id }),
});

/** CloudFormation's own, for a creation that never answered. */
const made = 'shop-eu-west-1-blue-Registration-1A2B3C';

describe.each([false, true])('ended at a call, after it: %s', (after) => {
  it('a creation is played again, or rolled back under an id that CloudFormation made up', async () => {
    for (let call = 1, more = true; more; call++)
      for (const then of ['again', 'rolled back'] as const) {
        const started = await played.start({ [foreign]: 0 }, quick);
        const event = eventOf(started, 'Create', blue);
        more = await crashes(started, event, call, after);
        if (then === 'again') {
          expect(await play(started, event)).not.toHaveProperty('refusal');
          expect(await started.weights()).toEqual({ [foreign]: 0, [blue]: 100 });
        } else if (more) {
          const weight = (await started.weights())[blue];
          const outcome = await play(started, eventOf(started, 'Delete', blue, made));
          // Beside the foreign endpoint it has all the weight: then a person decides.
          if (weight === 100) expect(outcome.refusal).toMatch(/weight 100/);
          else expect(await started.weights()).toEqual({ [foreign]: 0 });
        }
        await played.stop();
      }
  });

  it('a first creation alone is rolled back without a trace', async () => {
    for (let call = 1, more = true; more; call++) {
      const started = await played.start({}, quick);
      more = await crashes(started, eventOf(started, 'Create', blue), call, after);
      expect(await play(started, eventOf(started, 'Delete', blue, made))).toEqual({ id: made });
      expect(await started.weights()).toEqual({});
      await played.stop();
    }
  });

  it('a replacement and a deletion are played again', async () => {
    for (const type of ['Update', 'Delete'] as const)
      for (let call = 1, more = true; more; call++) {
        const started = await played.start({ [blue]: 100, [foreign]: 7 }, quick);
        const { id } = await play(started, eventOf(started, 'Create', green));
        const event = eventOf(started, type, type === 'Update' ? newBlue : green, id);
        more = await crashes(started, event, call, after);
        const outcome = await play(started, event);
        expect(outcome).not.toHaveProperty('refusal');
        if (type === 'Update') await play(started, eventOf(started, 'Delete', green, id));
        expect(await started.weights()).toEqual({
          [blue]: 100,
          [foreign]: 7,
          ...(type === 'Update' ? { [newBlue]: 0 } : {}),
        });
        await played.stop();
      }
  });
});
