/** Run as a process of its own: closes a data plane while all of its parts are busy, and must then end by itself. */
import { get } from 'node:http';
import { createDataPlane } from '../../../../../lib/rehearsal/cluster/data-plane/index.ts';

const host = 'hello.example.com';
const plane = await createDataPlane({ ports: [80], seed: 1 });
const gateways = await Promise.all(['gateway-1', 'gateway-2'].map((name) => plane.startGateway(name)));
const pod = (name: string, startupMs: number) =>
  plane.startPod({
    namespace: 'default',
    name,
    revision: 'default/hello-00001',
    service: 'hello',
    app: {
      target: 'hello',
      answerMs: 60_000,
      answerStatus: 200,
      answerBytes: 0,
      startupMs,
      shutdownMs: 60_000,
    },
    containerConcurrency: 1,
    timeoutMs: 600_000,
  });
const [busy, ending, starting] = [pod('busy', 0), pod('ending', 0), pod('starting', 60_000)];
await Promise.all([busy.ready, ending.ready]);
plane.setRoutes(new Map([[host, { splits: [{ revision: 'default/hello-00001', percent: 100 }] }]]));
const pods = [busy.address, ending.address];
plane.setRevision('default/hello-00001', {
  pods,
  viaActivator: true,
  containerConcurrency: 1,
  timeoutMs: 600_000,
});
const arrived = new Promise<void>((resolve) => plane.onActivation(() => resolve()));
const requests = Array.from(
  { length: 10 },
  () =>
    new Promise<void>((resolve) => {
      get(`http://${plane.entrance.addresses['80']}/`, { headers: { host }, agent: false }).on('error', () =>
        resolve(),
      );
    }),
);
await arrived;
void ending.stop(600_000);
void starting.ready;
void gateways[0]?.drain(600_000);
await plane.close();
await Promise.all(requests);
process.stdout.write('closed\n');
