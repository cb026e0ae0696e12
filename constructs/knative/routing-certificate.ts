import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { servingNamespace } from './component.ts';

/** The certificate of the way from the ingress to activator and queue-proxy; issued once `system-internal-tls` is on. */
export class RoutingCertificate extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const name = 'routing-serving-certs';
    new ApiObject(this, 'certificate', {
      apiVersion: 'networking.internal.knative.dev/v1alpha1',
      kind: 'Certificate',
      metadata: {
        name,
        namespace: servingNamespace,
        labels: { 'networking.knative.dev/certificate-type': 'system-internal' },
        annotations: {
          'networking.knative.dev/certificate.class': 'cert-manager.certificate.networking.knative.dev',
        },
      },
      spec: { dnsNames: ['kn-routing', 'data-plane.knative.dev'], secretName: name },
    });
  }
}
