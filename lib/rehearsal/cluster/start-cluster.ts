import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../files/index.ts';
import type { Colour } from '../../fleet/colour.ts';
import type { EntranceLocation } from '../../fleet/locator.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { networkLoadBalancerArn } from '../accelerator/index.ts';
import {
  type ApiServer,
  createStore,
  type PodProxy,
  rehearsalResources,
  type Store,
  startApiServer,
} from '../kube-api/index.ts';
import { type LoadBalancerApi, startLoadBalancerApi } from '../load-balancer/index.ts';
import { createAdmission } from './admission/index.ts';
import { type ClusterConfig, readConfig, servingNamespace } from './config/index.ts';
import { gatewayName, gatewayNamespace, startControlPlane } from './controllers/index.ts';
import { createDataPlane, type DataPlaneTimings } from './data-plane/index.ts';
import { statsPort } from './gateway-deployment.ts';
import { type InitialProps, initialObjects } from './initial-objects.ts';
import { resources } from './objects/index.ts';

export interface StartClusterProps {
  /** The fleet's name: cluster and entrance are named after it, as the stacks do. */
  readonly fleet: string;
  readonly colour: Colour;
  /** AWS region that it stands in for. */
  readonly region: string;
  /** Twelve digits. @default '111122223333' */
  readonly account?: string;
  /** Listener ports of the fleet. */
  readonly ports: readonly number[];
  /** The kubeconfig is written here. */
  readonly directory: string;
  /** Services answer on hosts below this domain. */
  readonly domain: string;
  /** Of pods' names and of the choices of revisions and pods. */
  readonly seed: number;
  /** Data of Knative's config maps by name, such as `config-autoscaler`. @default - upstream's defaults */
  readonly configMaps?: InitialProps['configMaps'];
  /** Seconds that a gateway which is taken away waits for its connections to end. @default 15 */
  readonly gatewayDrainSeconds?: number;
  /** @default - the data plane's */
  readonly timings?: Partial<DataPlaneTimings>;
  /** Told of every reconcile that failed and is tried again. @default - nobody is */
  readonly onError?: (controller: string, key: string, error: unknown) => void;
}

export interface RunningCluster {
  readonly colour: Colour;
  readonly name: string;
  /** Path of the kubeconfig, which holds a secret and only its owner may read. */
  readonly kubeconfig: string;
  /** The kubeconfig's context. */
  readonly context: string;
  /** `https://127.0.0.1:port` of the Kubernetes API. */
  readonly apiUrl: string;
  readonly entrance: EntranceLocation & {
    /** Answers 200 while a gateway is healthy, else 503. */
    readonly healthUrl: string;
  };
  /** From now on every answer of this cluster is an error, or no longer. */
  setFault(fault: 'errors' | undefined): void;
  /** TCP flows of the entrance: accepted so far, and open now. */
  stats(): { readonly total: number; readonly open: number };
  /** Ends everything that it started; the kubeconfig stays. */
  close(): Promise<void>;
}

/** Starts a cluster with Knative Serving and an ingress on 127.0.0.1: the Kubernetes API before, real sockets behind. */
export async function startCluster(props: StartClusterProps): Promise<RunningCluster> {
  const { fleet, colour, region, ports, directory, domain, seed, account = '111122223333' } = props;
  const name = `${fleet}-${colour}`;
  const store: Store = createStore(rehearsalResources, {
    admission: [createAdmission({ config: () => storedConfig(store) })],
  });
  const dataPlane = await createDataPlane({
    ports,
    seed,
    ...(props.timings && { timings: props.timings }),
  });
  const controlPlane = startControlPlane({
    store,
    dataPlane,
    seed,
    ...(props.onError && { onError: props.onError }),
  });
  const initial = initialObjects({
    domain,
    region,
    configMaps: props.configMaps ?? {},
    gatewayDrainSeconds: props.gatewayDrainSeconds ?? 15,
    nodePorts: Object.fromEntries(
      Object.entries(dataPlane.entrance.addresses).map(([port, address]) => [
        port,
        Number(address.slice(address.lastIndexOf(':') + 1)),
      ]),
    ),
  });
  for (const { resource, object, status } of initial) {
    const stored = store.create(resource, object);
    if (status !== undefined) store.updateStatus(resource, { ...stored, status });
  }
  const podProxy: PodProxy = async (namespace, pod, port, path) => {
    const gateway = controlPlane.gateways.get(`${namespace}/${pod}`);
    if (gateway === undefined || port !== statsPort || !path.startsWith('/stats')) return undefined;
    const filter = new URL(path, 'http://gateway').searchParams.get('filter') ?? undefined;
    return { status: 200, body: gateway.stats(filter) };
  };
  let api: ApiServer | undefined;
  let balancer: LoadBalancerApi | undefined;
  const close = async (): Promise<void> => {
    controlPlane.close();
    await Promise.all([api?.close(), balancer?.close(), dataPlane.close()]);
  };
  try {
    api = await startApiServer({ store, resources: rehearsalResources, name, podProxy });
    const arn = networkLoadBalancerArn({ region, account, name });
    balancer = await startLoadBalancerApi({ arn, entrance: dataPlane.entrance });
    await gatewaysReady(store);
    const kubeconfig = join(directory, `${colour}.kubeconfig`);
    await makeFolder(directory);
    // Removed first: a file that is there already would keep its mode.
    await rm(kubeconfig, { force: true });
    await writeFile(kubeconfig, api.kubeconfig(), { mode: 0o600, flag: 'wx' });
    return {
      colour,
      name,
      kubeconfig,
      context: name,
      apiUrl: api.url,
      entrance: {
        arn,
        controlPlane: balancer.url,
        addresses: dataPlane.entrance.addresses,
        healthUrl: dataPlane.entrance.healthUrl,
      },
      setFault: (fault) => dataPlane.setFault(fault),
      stats: () => dataPlane.entrance.flows,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Resolves when all gateways take requests. */
function gatewaysReady(store: Store): Promise<void> {
  const ready = (): boolean => {
    const deployment = store.get(resources.deployments, gatewayNamespace, gatewayName);
    return deployment?.status?.availableReplicas === deployment?.spec.replicas;
  };
  if (ready()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      end();
      settle();
    };
    const timer = setTimeout(() => {
      const code = 'rehearsal.gateways-not-ready';
      const error = new ZeroshiftError('the gateways of a rehearsal cluster did not start', {
        code,
        source: 'zeroshift',
      });
      finish(() => reject(error));
    }, gatewayDeadlineMs);
    const end = store.watch(resources.deployments, () => {
      if (ready()) finish(resolve);
    });
  });
}

const gatewayDeadlineMs = 20_000;

const storedConfig = (store: Store): ClusterConfig =>
  readConfig((map) => store.get(resources.configMaps, servingNamespace, map)?.data);
