package main

import (
	"context"
	"crypto/tls"
	"fmt"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"knative.dev/networking/pkg/apis/networking/v1alpha1"
	"knative.dev/networking/pkg/certificates"
	"knative.dev/networking/pkg/ingress"
)

// hostRoutes are the routes of one host on each of the gateway's listeners.
type hostRoutes struct {
	internal, internalTLS, external, externalTLS []*routev3.Route
}

// certificate is a secret's, and the hosts that it is for.
type certificate struct {
	secret key
	hosts  []string
	chain  []byte
	key    []byte
}

// translation is what one Ingress asks of the gateways.
type translation struct {
	hosts    map[string]*hostRoutes
	clusters map[string]*clusterv3.Cluster
	// By visibility of the rules that name its hosts.
	internalCertificates, externalCertificates []certificate
}

// translate gives an error where the Ingress names something that does not exist (yet).
func translate(world World, given *v1alpha1.Ingress) (*translation, error) {
	ing := given.DeepCopy()
	ing.SetDefaults(context.Background())
	// The prober asks for these paths, and learns from the hash which version of the Ingress a gateway has.
	if _, err := ingress.InsertProbe(ing); err != nil {
		return nil, err
	}
	made := &translation{hosts: map[string]*hostRoutes{}, clusters: map[string]*clusterv3.Cluster{}}
	var err error
	if made.internalCertificates, err = certificatesOf(world, ing, v1alpha1.IngressVisibilityClusterLocal); err != nil {
		return nil, err
	}
	if made.externalCertificates, err = certificatesOf(world, ing, v1alpha1.IngressVisibilityExternalIP); err != nil {
		return nil, err
	}
	for _, rule := range ing.Spec.Rules {
		if err := made.addRule(world, ing, rule); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func (made *translation) addRule(world World, ing *v1alpha1.Ingress, rule v1alpha1.IngressRule) error {
	hosts := rule.Hosts
	if len(hosts) == 0 {
		hosts = []string{"*"}
	}
	external := rule.Visibility == v1alpha1.IngressVisibilityExternalIP
	redirected := external && ing.Spec.HTTPOption == v1alpha1.HTTPOptionRedirected
	http2Allowed := ing.Annotations["kourier.knative.dev/disable-http2"] != "true"

	var clear, secure []*routev3.Route
	for _, path := range rule.HTTP.Paths {
		for _, split := range path.Splits {
			if made.clusters[clusterName(split.IngressBackend)] != nil {
				continue
			}
			found, err := cluster(world, split.IngressBackend, http2Allowed)
			if err != nil {
				return err
			}
			made.clusters[found.GetName()] = found
		}
		name := routeName(ing, hosts[0], path)
		forwarding := forwardingRoute(name, path)
		if world.Lane.Fault == "errors" && !isProbe(path) {
			forwarding = failingRoute(name, path)
		}
		secure = append(secure, forwarding)
		if redirected {
			clear = append(clear, redirectingRoute(name, path))
		} else {
			clear = append(clear, forwarding)
		}
	}
	for _, host := range hosts {
		at := made.hosts[host]
		if at == nil {
			at = &hostRoutes{}
			made.hosts[host] = at
		}
		// Inside of the cluster every host is reached, whatever its visibility.
		at.internal = append(at.internal, clear...)
		if external {
			at.external = append(at.external, clear...)
		}
		if len(ing.Spec.TLS) > 0 {
			if external {
				at.externalTLS = append(at.externalTLS, secure...)
			} else {
				at.internalTLS = append(at.internalTLS, secure...)
			}
		}
	}
	return nil
}

func certificatesOf(
	world World, ing *v1alpha1.Ingress, visibility v1alpha1.IngressVisibility,
) ([]certificate, error) {
	var found []certificate
	for _, one := range ing.GetIngressTLSForVisibility(visibility) {
		name := key{Namespace: one.SecretNamespace, Name: one.SecretName}
		secret := world.Secrets[name]
		if secret == nil {
			return nil, fmt.Errorf("the secret %s does not exist", name)
		}
		chain, private := secret.Data[certificates.CertName], secret.Data[certificates.PrivateKeyName]
		// A gateway refuses a whole listener for one pair that does not fit.
		if _, err := tls.X509KeyPair(chain, private); err != nil {
			return nil, fmt.Errorf("the secret %s holds no certificate with its key: %w", name, err)
		}
		found = append(found, certificate{secret: name, hosts: one.Hosts, chain: chain, key: private})
	}
	return found, nil
}
