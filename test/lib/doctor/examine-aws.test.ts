import { describe, expect, it } from 'vitest';
import { accountChecks } from '../../../lib/doctor/checks/account.ts';
import { examine } from '../../../lib/doctor/index.ts';
import { known, region } from './examined.ts';
import { awsFacts, clusterFacts, colourFacts, notPassed } from './facts.ts';

describe('AWS', () => {
  const aws = (
    over: Parameters<typeof colourFacts>[1],
    more: Parameters<typeof awsFacts>[0] = {},
  ): string[] =>
    notPassed(
      examine(
        region({
          aws: known(
            awsFacts({ colours: { blue: colourFacts('blue'), green: colourFacts('green', over) }, ...more }),
          ),
        }),
      ),
    ).filter((text) => !text.includes('api-callers'));

  it('parts of a colour', () => {
    expect(
      aws({
        subnets: known([
          { id: 's1', free: 4 },
          { id: 's2', free: 900 },
        ]),
      }),
    ).toEqual(['fail subnet-addresses: s1 has 4']);
    expect(aws({ subnets: known([{ id: 's1', free: 9 }]) })[0]).toMatch(/^warn subnet-addresses/);
    expect(aws({ nodeGroups: known([{ name: 'main', status: 'UPDATING' }]) })[0]).toMatch(
      /^fail node-groups/,
    );
    expect(aws({ targets: known([{ group: 'shop-green-80', healthy: 0, all: 2 }]) })[0]).toMatch(
      /^fail targets/,
    );
    expect(
      aws({ insights: known([{ name: 'Deprecated APIs removed in Kubernetes v1.36', status: 'ERROR' }]) })[0],
    ).toMatch(/^warn removed-apis/);
  });

  it('identities: an account that has a role on one colour only would be somebody else', () => {
    const associated = colourFacts('blue', { podIdentities: known(new Map([['shop/cart', 'arn:a']])) });
    const of = (theirs: ReadonlyMap<string, string>): string[] =>
      notPassed(
        examine(
          region({
            aws: known(
              awsFacts({
                colours: { blue: associated, green: colourFacts('green', { podIdentities: known(theirs) }) },
              }),
            ),
          }),
        ),
      );
    expect(of(new Map())[0]).toBe(
      'fail pod-identities: these accounts would be somebody else: shop/cart has none',
    );
    expect(of(new Map([['shop/cart', 'arn:b']]))[0]).toMatch(/^warn pod-identities/);
  });

  it('trust policies name both issuers, or Pod Identity stands in', () => {
    const role = 'arn:aws:iam::111122223333:role/cart';
    const clusters = {
      blue: clusterFacts({ accountRoles: known(new Map([['shop/cart', role]])) }),
      green: clusterFacts(),
    };
    const trust = (issuers: string[], length = 400) =>
      new Map([[role, { issuers, podIdentity: false, length }]]);
    const issuer = (colour: string): string => `oidc.eks.eu-west-1.amazonaws.com/id/${colour}`;
    const of = (
      trusts: ReturnType<typeof trust>,
      theirs: ReadonlyMap<string, string> = new Map(),
    ): string[] =>
      notPassed(
        examine(
          region({
            clusters,
            aws: known(
              awsFacts({
                trusts: known(trusts),
                colours: {
                  blue: colourFacts('blue'),
                  green: colourFacts('green', { podIdentities: known(theirs) }),
                },
              }),
            ),
          }),
        ),
      ).filter((text) => !text.includes('api-callers'));
    expect(of(trust([issuer('blue')]))).toEqual([`fail oidc-trusts: refuse it: ${role} of shop/cart`]);
    expect(of(trust([issuer('blue'), issuer('green')]))).toEqual([]);
    expect(of(trust([issuer('blue')]), new Map([['shop/cart', role]]))).toEqual([]);
    expect(of(trust([issuer('blue'), issuer('green')], 1900))[0]).toMatch(/^warn trust-policies/);
  });

  it('security groups and egress addresses that know only one colour', () => {
    const admitted = colourFacts('blue', {
      admittedBy: known(new Map([['sg-db', 'orders-db']])),
      egress: known(['192.0.2.1']),
    });
    const there = colourFacts('green', { egress: known(['192.0.2.7']) });
    expect(
      notPassed(examine(region({ aws: known(awsFacts({ colours: { blue: admitted, green: there } })) }))),
    ).toEqual(
      expect.arrayContaining([
        'warn security-groups: let in only blue: orders-db (sg-db)',
        'warn egress-addresses: others: 192.0.2.7',
      ]),
    );
  });

  it('the account has room for the smaller colour to grow to the size of the larger one', () => {
    const vcpus = (limit: number) =>
      notPassed(
        accountChecks(
          'eu-west-1',
          {
            ...awsFacts().account,
            vcpus: known({ used: 100, limit, byCluster: { 'shop-blue': 60, 'shop-green': 10 } }),
          },
          ['shop-blue', 'shop-green'],
        ),
      );
    expect(vcpus(149)).toEqual(['fail vcpus: 100 and 50 to come of 149']);
    expect(vcpus(150)[0]).toMatch(/^warn vcpus/);
    expect(vcpus(200)).toEqual([]);
    const coming = accountChecks('eu-west-1', awsFacts().account, [], { addresses: 3, networks: 5 });
    expect(notPassed(coming)).toEqual([
      'warn elastic-addresses: 1 and 3 to come of 5',
      'fail networks: 1 and 5 to come of 5',
    ]);
  });
});
