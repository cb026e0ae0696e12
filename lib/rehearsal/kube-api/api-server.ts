import { randomBytes } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { stringify } from 'yaml';
import { History } from './history.ts';
import { type PodProxy, Router } from './http/index.ts';
import type { ResourceDefinition } from './resource-definition.ts';
import type { Store } from './store.ts';
import { makeCertificates } from './tls.ts';

export interface ApiServerProps {
  readonly store: Store;
  /** What it serves; the store must know them. */
  readonly resources: readonly ResourceDefinition[];
  /** Of the cluster: its context in the kubeconfig. */
  readonly name: string;
  /** Answers for pods' ports. @default - no pod answers */
  readonly podProxy?: PodProxy;
  /** The Kubernetes version that it claims. @default '1.35.0' */
  readonly version?: string;
  /** Changes of each resource that a watch can go back. @default 1000 */
  readonly historyLimit?: number;
  /** Milliseconds between two bookmarks of a watch. @default 60000 */
  readonly bookmarkEveryMs?: number;
  /** @default - the system's clock */
  readonly now?: () => Date;
  /** Called once, when it has closed. @default - nothing */
  readonly onClose?: () => void;
}

export interface ApiServer {
  /** `https://127.0.0.1:port` */
  readonly url: string;
  /** PEM of the authority that its certificate is checked with. */
  readonly ca: string;
  /** Bearer token that every call must carry: a secret. */
  readonly token: string;
  /** A kubeconfig with one context, named as the cluster. It holds the token. */
  kubeconfig(): string;
  /**
   * Lets go of every change up to now and of every unfinished list, as when its database is compacted: what goes on from
   * before is answered with 410.
   */
  forget(): void;
  /** Ends all watches and connections. */
  close(): Promise<void>;
}

/** Serves the Kubernetes API of a store over TLS on a port of 127.0.0.1 that the system chooses. */
export async function startApiServer(props: ApiServerProps): Promise<ApiServer> {
  const { store, resources, name } = props;
  const { ca, certificate, key } = await makeCertificates(name);
  const token = randomBytes(32).toString('hex');
  const history = new History(store, resources, props.historyLimit ?? 1000);
  const podProxy: PodProxy = props.podProxy ?? (() => Promise.resolve(undefined));
  const now = props.now ?? (() => new Date());
  const bookmarkEveryMs = props.bookmarkEveryMs ?? 60_000;
  const router = new Router(
    { store, history, resources, podProxy, now, bookmarkEveryMs },
    { token, version: props.version ?? '1.35.0' },
  );
  const server = createServer({ key, cert: certificate, minVersion: 'TLSv1.2' }, (request, response) => {
    void router.handle(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    router.close();
    history.close();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    props.onClose?.();
  };
  return {
    url,
    ca,
    token,
    kubeconfig: () => kubeconfigOf(name, url, ca, token),
    forget: () => {
      history.forget();
      router.forget();
    },
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

function kubeconfigOf(name: string, server: string, ca: string, token: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name, cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}
