import type {
  ListCrossAccountResourcesRequest,
  ListCrossAccountResourcesResponse,
} from '@aws-sdk/client-global-accelerator';
import type { Endpoint } from './traffic-port.ts';

type ListPage = (input: ListCrossAccountResourcesRequest) => Promise<ListCrossAccountResourcesResponse>;

/**
 * Endpoints of other accounts with their attachments. A group's description leaves the attachment out, and a write
 * without it is denied as a whole: with such an endpoint in the group, no weight could be changed any more.
 */
export async function fillAttachments(
  endpointGroupArn: string,
  endpoints: readonly Endpoint[],
  listPage: ListPage,
): Promise<readonly Endpoint[]> {
  const own = accountOf(endpointGroupArn);
  const owners = new Set(
    endpoints.map((it) => accountOf(it.id)).filter((it) => it !== undefined && it !== own),
  );
  if (owners.size === 0) return endpoints;
  const acceleratorArn = endpointGroupArn.split('/listener/')[0] ?? endpointGroupArn;
  const attachments = new Map<string, string>();
  for (const owner of owners) {
    let token: string | undefined;
    do {
      const page: ListCrossAccountResourcesResponse = await listPage({
        AcceleratorArn: acceleratorArn,
        ResourceOwnerAwsAccountId: owner,
        MaxResults: 100,
        ...(token !== undefined && { NextToken: token }),
      });
      for (const { EndpointId: id, AttachmentArn: arn } of page.CrossAccountResources ?? [])
        if (id !== undefined && arn !== undefined) attachments.set(id, arn);
      token = page.NextToken;
    } while (token !== undefined);
  }
  return endpoints.map((endpoint) => {
    const attachmentArn = attachments.get(endpoint.id);
    return attachmentArn === undefined ? endpoint : { ...endpoint, attachmentArn };
  });
}

/** Undefined for ids that are no ARN (instances, addresses): those are always of the accelerator's own account. */
const accountOf = (arn: string): string | undefined => /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1];
