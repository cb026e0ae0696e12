import { send } from '../../lib/clusters/api-request.ts';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import { connect } from '../../lib/clusters/connection.ts';
import type { ClusterLocation } from '../../lib/fleet/locator.ts';

/** A server-side apply of a namespaced object in somebody else's name, as his deployment would do it; it never forces. */
export async function appliesAs(
  location: ClusterLocation,
  fieldManager: string,
  object: KubeObject,
): Promise<{ readonly status: number; readonly body: string }> {
  const { apiVersion, kind, metadata } = object;
  const { server, authorize } = await connect(location);
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const path = `${root}/namespaces/${metadata.namespace}/${kind.toLowerCase()}s/${metadata.name}`;
  return send({
    url: `${server}${path}?fieldManager=${fieldManager}`,
    method: 'PATCH',
    options: await authorize(),
    contentType: 'application/apply-patch+yaml',
    body: JSON.stringify(object),
    signal: AbortSignal.timeout(10_000),
  });
}
