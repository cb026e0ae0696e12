import type { ColourFacts, TargetFacts } from '../aws-facts.ts';
import { type AwsPlace, asked, clientOptions } from './client.ts';

/** What an entrance's load balancer thinks of the pods behind it. */
export const readTargets = (place: AwsPlace, arn: string): Promise<ColourFacts['targets']> =>
  asked(async () => {
    const { DescribeTargetGroupsCommand, DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } =
      await import('@aws-sdk/client-elastic-load-balancing-v2');
    const client = new ElasticLoadBalancingV2Client(clientOptions(place));
    try {
      const { TargetGroups = [] } = await client.send(
        new DescribeTargetGroupsCommand({ LoadBalancerArn: arn }),
      );
      return await Promise.all(
        TargetGroups.map(async ({ TargetGroupArn, TargetGroupName = '' }): Promise<TargetFacts> => {
          const { TargetHealthDescriptions: all = [] } = await client.send(
            new DescribeTargetHealthCommand({ TargetGroupArn }),
          );
          const healthy = all.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy');
          return { group: TargetGroupName, healthy: healthy.length, all: all.length };
        }),
      );
    } finally {
      client.destroy();
    }
  });
