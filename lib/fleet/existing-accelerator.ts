import type { GlobalAcceleratorClientConfig } from '@aws-sdk/client-global-accelerator';

export interface FoundAccelerator {
  /** Its DNS name. */
  readonly host: string;
  /** ARNs of the listener's endpoint groups, by region. */
  readonly endpointGroups: Readonly<Record<string, string>>;
}

/** Asks Global Accelerator for what a team's own accelerator answers to. Throws the SDK's errors. */
export async function findExistingAccelerator(
  { arn, listenerArn }: { readonly arn: string; readonly listenerArn: string },
  config: GlobalAcceleratorClientConfig,
): Promise<FoundAccelerator> {
  const { DescribeAcceleratorCommand, GlobalAcceleratorClient, ListEndpointGroupsCommand } = await import(
    '@aws-sdk/client-global-accelerator'
  );
  const client = new GlobalAcceleratorClient(config);
  try {
    const { Accelerator } = await client.send(new DescribeAcceleratorCommand({ AcceleratorArn: arn }));
    const endpointGroups: Record<string, string> = {};
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListEndpointGroupsCommand({
          ListenerArn: listenerArn,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      );
      for (const { EndpointGroupRegion, EndpointGroupArn } of page.EndpointGroups ?? [])
        if (EndpointGroupRegion !== undefined && EndpointGroupArn !== undefined)
          endpointGroups[EndpointGroupRegion] = EndpointGroupArn;
      token = page.NextToken;
    } while (token !== undefined);
    return { host: Accelerator?.DnsName ?? '', endpointGroups };
  } finally {
    client.destroy();
  }
}
