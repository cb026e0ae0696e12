import { describe, expect, it } from 'vitest';
import { lifeOf } from '../../../lib/doctor/aws/credentials.ts';
import { trustOf } from '../../../lib/doctor/aws/iam.ts';
import { lifeOfUser } from '../../../lib/doctor/cluster-credentials.ts';

describe('how long credentials of AWS are good', () => {
  const expiration = new Date('2026-11-24T13:00:00Z');

  it('a key is for good; a session that somebody put there ends; what the SDK gets anew does not', () => {
    expect(lifeOf({ $source: { CREDENTIALS_ENV_VARS: 'g' } })).toMatchObject({
      lasting: true,
      renews: false,
    });
    const put = { sessionToken: 't', expiration, $source: { CREDENTIALS_ENV_VARS: 'g' } };
    expect(lifeOf(put)).toMatchObject({ renews: false, expiresAt: expiration.getTime() });
    expect(lifeOf({ sessionToken: 't', $source: { CREDENTIALS_PROFILE: 'n' } })).toEqual({
      of: 'AWS',
      how: expect.any(String),
      renews: false,
    });
    for (const way of [
      'CREDENTIALS_PROFILE_SSO',
      'CREDENTIALS_STS_ASSUME_ROLE',
      'CREDENTIALS_IMDS',
      'CREDENTIALS_HTTP',
    ])
      expect(
        lifeOf({ sessionToken: 't', expiration, $source: { CREDENTIALS_PROFILE: 'n', [way]: 'x' } }),
      ).toMatchObject({ renews: true });
  });
});

describe('how long credentials of a cluster are good', () => {
  const user = { name: 'u' };
  const jwt = (claims: object): string =>
    `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;

  it('a command renews; a token says its end, or not; nothing of it is told', () => {
    expect(lifeOfUser({ ...user, exec: { command: 'aws' } })).toMatchObject({ renews: true });
    const life = lifeOfUser({ ...user, token: jwt({ exp: 1_800_000_000 }) });
    expect(life).toMatchObject({ renews: false, expiresAt: 1_800_000_000_000 });
    expect(JSON.stringify(life)).not.toContain('signature');
    expect(lifeOfUser({ ...user, token: 'opaque' })).toEqual({
      how: 'a token in the kubeconfig',
      renews: false,
    });
    expect(lifeOfUser({ ...user, certData: 'bm90IG9uZQ==' })).not.toHaveProperty('expiresAt');
    expect(lifeOfUser(user)).toMatchObject({ missing: expect.any(String) });
    expect(lifeOfUser(null)).toMatchObject({ missing: expect.any(String) });
  });
});

describe('whom a role lets in', () => {
  it('is read from a policy in any of its shapes, allowing statements alone', () => {
    const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/BLUE';
    const federated = { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` };
    const policy = {
      Statement: [
        { Effect: 'Allow', Principal: federated },
        { Effect: 'Allow', Principal: { Service: ['pods.eks.amazonaws.com'] } },
        { Effect: 'Deny', Principal: { Federated: ['arn:aws:iam::1:oidc-provider/other'] } },
      ],
    };
    const encoded = encodeURIComponent(JSON.stringify(policy, null, 2));
    expect(trustOf(encoded)).toEqual({
      issuers: [issuer],
      podIdentity: true,
      length: JSON.stringify(policy).length,
    });
    expect(trustOf(JSON.stringify({ Statement: { Effect: 'Allow', Principal: federated } })).issuers).toEqual(
      [issuer],
    );
    expect(trustOf('').issuers).toEqual([]);
  });
});
