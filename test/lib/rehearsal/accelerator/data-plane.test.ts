import { afterEach, describe, expect, it } from 'vitest';
import { Duration } from '../../../../lib/fleet/duration.ts';
import {
  type RehearsalEndpoint,
  type StartAcceleratorProps,
  startAccelerator,
} from '../../../../lib/rehearsal/accelerator/index.ts';
import { createGlobalAcceleratorTraffic } from '../../../../lib/traffic/index.ts';
import { arnOf, greetedFlow, manualTimers, openFlow, region, startEntrance, until } from './support.ts';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of running.splice(0).reverse()) await part.close();
});

async function entrance(...args: Parameters<typeof startEntrance>) {
  const started = await startEntrance(...args);
  running.push(started);
  return started;
}

async function accelerate(
  endpoints: readonly RehearsalEndpoint[],
  props: Partial<StartAcceleratorProps> = {},
) {
  const timers = manualTimers();
  const accelerator = await startAccelerator({
    region,
    ports: { '80': 0, '443': 0 },
    endpoints,
    propagation: Duration.seconds(5),
    seed: 11,
    healthCheck: { interval: Duration.milliseconds(10) },
    timers,
    ...props,
  });
  const traffic = createGlobalAcceleratorTraffic({ controlPlane: accelerator.controlPlane });
  running.push(accelerator, traffic);
  const http = accelerator.addresses['80'] ?? '';
  const endpointsNow = async () => (await traffic.readGroup(accelerator.endpointGroupArn)).endpoints;
  return { ...accelerator, timers, traffic, http, endpointsNow };
}

const greetings = async (address: string, flows: number): Promise<Map<string, number>> => {
  const counts = new Map<string, number>();
  for (let done = 0; done < flows; done += 50) {
    const opened = await Promise.all(Array.from({ length: 50 }, () => greetedFlow(address)));
    for (const { endpoint, socket } of opened) {
      counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
      socket.destroy();
    }
  }
  return counts;
};

describe('new flows', () => {
  it('are shared out by weight, counted, on every port', async () => {
    const [blue, green] = [await entrance('blue'), await entrance('green')];
    const accelerator = await accelerate([
      { ...blue, weight: 75 },
      { ...green, weight: 25 },
    ]);
    const flows = 1000;
    const counts = await greetings(accelerator.http, flows);
    const got = counts.get('green') ?? 0;
    expect(Math.abs(got - flows / 4)).toBeLessThan(5 * Math.sqrt(flows * 0.25 * 0.75));
    expect((counts.get('blue') ?? 0) + got).toBe(flows);
    await until('all flows are closed', () =>
      Object.values(accelerator.flows()).every((count) => count.open === 0),
    );
    expect(accelerator.flows()).toEqual({
      [blue.id]: { total: flows - got, open: 0, refused: 0 },
      [green.id]: { total: got, open: 0, refused: 0 },
    });
    expect((await greetedFlow(accelerator.addresses['443'] ?? '')).endpoint).toMatch(/blue|green/);
  });

  it('follow a change when it is deployed and not before; established flows stay', async () => {
    const [blue, green] = [await entrance('blue'), await entrance('green')];
    const { http, traffic, timers, endpointGroupArn, acceleratorArn } = await accelerate([
      { ...blue, weight: 100 },
      { ...green, weight: 0 },
    ]);
    const old = await greetedFlow(http);
    await traffic.writeGroup(endpointGroupArn, [
      { id: blue.id, weight: 0 },
      { id: green.id, weight: 100 },
    ]);
    timers.advance(4999);
    expect(await traffic.status(acceleratorArn)).toBe('IN_PROGRESS');
    expect((await traffic.readGroup(endpointGroupArn)).endpoints.map((it) => it.weight)).toEqual([0, 100]);
    expect((await greetedFlow(http)).endpoint).toBe('blue');
    timers.advance(1);
    expect(await traffic.status(acceleratorArn)).toBe('DEPLOYED');
    expect((await greetedFlow(http)).endpoint).toBe('green');
    old.socket.write('still here');
    await until('the old flow carries on', () => old.received() === 'blue\nstill here');
    expect(old.ended()).toBeUndefined();
  });

  it('deploy two changes one after the other, and are DEPLOYED after the last', async () => {
    const [blue, green] = [await entrance('blue'), await entrance('green')];
    const { http, traffic, timers, endpointGroupArn, acceleratorArn } = await accelerate([
      { ...blue, weight: 100 },
      { ...green, weight: 0 },
    ]);
    const write = (weights: readonly [number, number]) =>
      traffic.writeGroup(endpointGroupArn, [
        { id: blue.id, weight: weights[0] },
        { id: green.id, weight: weights[1] },
      ]);
    await write([0, 100]);
    timers.advance(3000);
    await write([100, 0]);
    timers.advance(2000);
    expect((await greetedFlow(http)).endpoint).toBe('green');
    expect(await traffic.status(acceleratorArn)).toBe('IN_PROGRESS');
    timers.advance(3000);
    expect((await greetedFlow(http)).endpoint).toBe('blue');
    expect(await traffic.status(acceleratorArn)).toBe('DEPLOYED');
  });
});

describe('health', () => {
  it('moves new flows away and back; with nothing healthy the group fails open, weight 0 included', async () => {
    const [blue, green] = [await entrance('blue'), await entrance('green')];
    const { http, endpointsNow } = await accelerate([
      { ...blue, weight: 255 },
      { ...green, weight: 0 },
    ]);
    const healthIs = (id: string, state: string) =>
      until(`${id} is ${state}`, async () =>
        (await endpointsNow()).some((it) => it.id === id && it.health === state),
      );
    expect([...(await greetings(http, 50)).keys()]).toEqual(['blue']);
    blue.setHealthy(false);
    await healthIs(blue.id, 'UNHEALTHY');
    // Half of the flows each: that one of them gets none of 50 has a chance of 2 to the power of −49.
    expect([...(await greetings(http, 50)).keys()].sort()).toEqual(['blue', 'green']);
    blue.setHealthy(true);
    await healthIs(blue.id, 'HEALTHY');
    expect([...(await greetings(http, 50)).keys()]).toEqual(['blue']);
  });

  it('is known when the accelerator is up', async () => {
    const ill = await entrance('ill');
    ill.setHealthy(false);
    const { endpointsNow } = await accelerate([
      { ...ill, weight: 1 },
      { id: arnOf('unchecked'), addresses: {}, weight: 1 },
      { id: arnOf('gone'), addresses: {}, healthUrl: 'http://127.0.0.1:9/', weight: 1 },
    ]);
    expect((await endpointsNow()).map((it) => it.health)).toEqual(['UNHEALTHY', 'HEALTHY', 'UNHEALTHY']);
  });

  it('of a whole region sends new flows to the next one', async () => {
    const [here, there] = [await entrance('here'), await entrance('there')];
    here.setHealthy(false);
    const away = there.id.replace(region, 'us-east-1');
    const { http, endpointGroupArns } = await accelerate([{ ...here, weight: 100 }], {
      otherRegions: [{ region: 'us-east-1', endpoints: [{ ...there, id: away, weight: 1 }] }],
    });
    expect([...(await greetings(http, 50)).keys()]).toEqual(['there']);
    expect(Object.keys(endpointGroupArns)).toEqual([region, 'us-east-1']);
  });
});

describe('a flow', () => {
  it('is reset when its endpoint cannot be reached, or when the group is empty', async () => {
    const blue = await entrance('blue');
    const { http, flows, traffic, timers, endpointGroupArn } = await accelerate([{ ...blue, weight: 1 }]);
    await blue.stopListening();
    const refused = openFlow(http);
    await until('it ends', () => refused.ended() !== undefined);
    expect(refused.ended()).toBe('ECONNRESET');
    expect(flows()[blue.id]).toEqual({ total: 1, open: 0, refused: 1 });
    await traffic.writeGroup(endpointGroupArn, []);
    timers.advance(5000);
    const homeless = openFlow(http);
    await until('it ends', () => homeless.ended() !== undefined);
    expect(homeless.ended()).toBe('ECONNRESET');
  });

  it('passes on a reset, from either side', async () => {
    const blue = await entrance('blue');
    const { http, flows } = await accelerate([{ ...blue, weight: 1 }]);
    const flow = await greetedFlow(http);
    for (const socket of blue.sockets) socket.resetAndDestroy();
    await until('the client is reset', () => flow.ended() !== undefined);
    expect(flow.ended()).toBe('ECONNRESET');

    const other = await greetedFlow(http);
    const [atEndpoint] = blue.sockets;
    let code: string | undefined;
    atEndpoint?.on('error', (error: NodeJS.ErrnoException) => {
      code = error.code;
    });
    other.socket.resetAndDestroy();
    await until('the endpoint is reset', () => code !== undefined);
    expect(code).toBe('ECONNRESET');
    await until('none is open', () => flows()[blue.id]?.open === 0);
  });

  it('is given up when it is idle, in both directions', async () => {
    const blue = await entrance('blue');
    const { http, flows } = await accelerate([{ ...blue, weight: 1 }], {
      idleTimeout: Duration.milliseconds(150),
    });
    const flow = await greetedFlow(http);
    await until('it is given up', () => flow.ended() !== undefined && blue.sockets.size === 0);
    expect(flow.ended()).toBe('ECONNRESET');
    expect(flows()[blue.id]).toEqual({ total: 1, open: 0, refused: 0 });
  });
});

it('ends everything that it started, open flows included', async () => {
  const blue = await entrance('blue');
  const { http, close } = await accelerate([{ ...blue, weight: 1 }]);
  const flow = await greetedFlow(http);
  await close();
  await until('the flow is closed', () => flow.ended() !== undefined && blue.sockets.size === 0);
  const late = openFlow(http);
  await until('nobody listens', () => late.ended() !== undefined);
  expect(late.ended()).toBe('ECONNREFUSED');
});

it('says which port is taken', async () => {
  const blue = await entrance('blue');
  const taken = Number(blue.addresses['80'].split(':')[1]);
  await expect(accelerate([], { ports: { '80': taken } })).rejects.toMatchObject({
    code: 'rehearsal.port-taken',
  });
});
