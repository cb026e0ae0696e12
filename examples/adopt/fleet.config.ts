import { defineFleet } from 'zeroshift/fleet';

/** A live cluster behind its load balancer becomes blue; the stacks make the accelerator and green. See docs/adopt.md. */
export default defineFleet({
  name: 'adopted',
  domain: 'shop.example.com',
  regions: [
    {
      name: 'eu-west-1',
      account: '111122223333',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      network: {
        existing: {
          vpcId: 'vpc-0a1b2c3d4e5f60718',
          publicSubnetIds: ['subnet-0a1b2c3d4e5f60711', 'subnet-0a1b2c3d4e5f60712'],
          privateSubnetIds: ['subnet-0a1b2c3d4e5f60713', 'subnet-0a1b2c3d4e5f60714'],
        },
      },
    },
  ],
  operators: { principals: ['arn:aws:iam::111122223333:role/platform'] },
  entrance: { ports: [80] },
  colours: {
    blue: {
      kubernetes: '1.34',
      knative: '1.22.1',
      existing: {
        'eu-west-1': {
          clusterName: 'shop-prod',
          // As `aws eks describe-cluster --name shop-prod` tells them.
          endpoint: 'https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com',
          certificateAuthority: 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==',
          entranceArn:
            'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/shop-prod/50dc6c495c0c9188',
        },
      },
      ingress: { targetGroups: { 80: { name: 'shop-prod-80' } } },
    },
    green: { kubernetes: '1.35', knative: '1.23.0' },
  },
});
