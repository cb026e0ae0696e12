import { ZeroshiftError } from '../messages/error.ts';

/**
 * The URL, if it leads to this machine. A control plane elsewhere would be believed and yet not be AWS's.
 * @throws ZeroshiftError `traffic.invalid-control-plane`
 */
export function loopbackControlPlane(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const loopback =
    parsed?.protocol === 'http:' && /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(parsed.hostname);
  if (!loopback)
    throw new ZeroshiftError("the accelerator's control plane is not on this machine", {
      code: 'traffic.invalid-control-plane',
      source: 'user',
      problems: [
        { where: 'accelerator.controlPlane', value: url, allowed: 'a URL such as http://127.0.0.1:4000' },
      ],
      action: 'leave it out to use AWS',
    });
  return url;
}
