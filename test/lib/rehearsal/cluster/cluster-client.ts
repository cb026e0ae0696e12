import { readFile } from 'node:fs/promises';
import { type Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { parse } from 'yaml';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import type { RunningCluster } from '../../../../lib/rehearsal/cluster/index.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The Kubernetes API of a cluster, as its kubeconfig says; throws for an answer that is none of 2xx. */
export interface ClusterClient {
  get(path: string): Promise<KubeObject>;
  text(path: string): Promise<string>;
  post(path: string, object: object): Promise<KubeObject>;
  /** JSON merge patch. */
  patch(path: string, patch: object): Promise<KubeObject>;
  delete(path: string): Promise<void>;
}

export async function clusterClient(cluster: RunningCluster): Promise<ClusterClient> {
  const config = parse(await readFile(cluster.kubeconfig, 'utf8'));
  const { token } = config.users[0].user;
  const ca = Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64');
  const call = async (method: string, path: string, body?: object, type = 'application/json') => {
    const answer = await new Promise<Answer>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': type };
      const request = httpsRequest(
        cluster.apiUrl + path,
        { method, ca, headers, timeout: 5000 },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        },
      );
      request.on('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return answer.body;
  };
  return {
    get: async (path) => JSON.parse(await call('GET', path)),
    text: (path) => call('GET', path),
    post: async (path, object) => JSON.parse(await call('POST', path, object)),
    patch: async (path, patch) =>
      JSON.parse(await call('PATCH', path, patch, 'application/merge-patch+json')),
    delete: async (path) => {
      await call('DELETE', path);
    },
  };
}

/** One request through the cluster's entrance, on a connection of its own unless an agent keeps some. */
export function ask(cluster: RunningCluster, host: string, agent?: Agent): Promise<Answer> {
  const [hostname = '', port = ''] = (Object.values(cluster.entrance.addresses)[0] ?? '').split(':');
  return new Promise((resolve, reject) => {
    const options = { hostname, port, headers: { host }, agent: agent ?? false, timeout: 30_000 };
    const request = httpRequest(options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end();
  });
}

/** Waits until a question is answered with yes, and says what was last seen when it is not in time. */
export async function until(
  what: string,
  question: () => Promise<boolean> | boolean,
  seconds = 15,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    if (await question()) return;
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 25);
    });
  }
}
