package main

import (
	"errors"
	"slices"
	"testing"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"knative.dev/networking/pkg/apis/networking/v1alpha1"
	"knative.dev/networking/pkg/http/header"
)

func build(t *testing.T, builder *Builder, world World, now time.Time) Resources {
	t.Helper()
	resources, problems := builder.Build(world, now)
	for name, problem := range problems {
		if problem != nil {
			t.Fatalf("%s: %v", name, problem)
		}
	}
	return resources
}

func routesFor(resources Resources, config, host string) []*routev3.Route {
	for _, one := range resources.Routes {
		for _, virtual := range one.GetVirtualHosts() {
			if one.GetName() == config && slices.Contains(virtual.GetDomains(), host) {
				return virtual.GetRoutes()
			}
		}
	}
	return nil
}

func addressesOf(resources Resources, name string) []string {
	var addresses []string
	for _, one := range resources.Clusters {
		if one.GetName() != name {
			continue
		}
		for _, endpoint := range one.GetLoadAssignment().GetEndpoints()[0].GetLbEndpoints() {
			addresses = append(addresses, endpoint.GetEndpoint().GetAddress().GetSocketAddress().GetAddress())
		}
	}
	return addresses
}

func TestSplitByPercentWithTag(t *testing.T) {
	world := emptyWorld()
	world.addRevision("cart-00001", "http", "10.0.0.2", "10.0.0.1")
	world.addRevision("cart-00002", "http2", "10.0.0.3")
	tagged := v1alpha1.HTTPIngressPath{
		Headers: map[string]v1alpha1.HeaderMatch{"Knative-Serving-Tag": {Exact: "canary"}},
		Splits:  []v1alpha1.IngressBackendSplit{split("cart-00002", 0)},
	}
	both := v1alpha1.HTTPIngressPath{Splits: []v1alpha1.IngressBackendSplit{split("cart-00001", 80), split("cart-00002", 20)}}
	world.Ingresses = []*v1alpha1.Ingress{ingressOf("cart", 0,
		rule("cart.shop.svc.cluster.local", inside, tagged, both),
		rule("cart.shop.example.com", outside, tagged, both))}
	resources := build(t, NewBuilder(), world, born)

	routes := routesFor(resources, routesExternal, "cart.shop.example.com")
	if len(routes) != 4 {
		t.Fatalf("%d routes, want 2 and a probe for each", len(routes))
	}
	for index, want := range []struct{ headers, clusters int }{{2, 1}, {1, 2}, {1, 1}, {0, 2}} {
		clusters := routes[index].GetRoute().GetWeightedClusters().GetClusters()
		if len(routes[index].GetMatch().GetHeaders()) != want.headers || len(clusters) != want.clusters {
			t.Errorf("route %d is not what was asked for: %v", index, routes[index])
		}
	}
	clusters := routes[3].GetRoute().GetWeightedClusters().GetClusters()
	if clusters[0].GetWeight().GetValue() != 80 || clusters[1].GetWeight().GetValue() != 20 {
		t.Errorf("weights %v", clusters)
	}
	if got := clusters[1].GetRequestHeadersToAdd()[1].GetHeader().GetValue(); got != "cart-00002" {
		t.Errorf("the activator is told of %q", got)
	}
	// A host of the cluster itself is none for the outside; the other way round it is.
	if routesFor(resources, routesExternal, "cart.shop.svc.cluster.local") != nil {
		t.Error("a local host is reached from outside")
	}
	if routesFor(resources, routesInternal, "cart.shop.example.com:*") == nil {
		t.Error("a public host is not reached from inside")
	}
	if got := addressesOf(resources, "shop/cart-00001"); !slices.Equal(got, []string{"10.0.0.1", "10.0.0.2"}) {
		t.Errorf("endpoints %v", got)
	}
	speaksHTTP2 := func(one *clusterv3.Cluster) bool { return len(one.GetTypedExtensionProtocolOptions()) > 0 }
	if speaksHTTP2(resources.Clusters[0]) || !speaksHTTP2(resources.Clusters[1]) {
		t.Error("HTTP/2 goes to the revision whose port says so, and to no other")
	}
}

func TestLongerPathsFirst(t *testing.T) {
	world := emptyWorld()
	world.addRevision("cart-00001", "http", "10.0.0.1")
	splits := []v1alpha1.IngressBackendSplit{split("cart-00001", 100)}
	world.Ingresses = []*v1alpha1.Ingress{ingressOf("cart", 0, rule("a.example.com", outside,
		v1alpha1.HTTPIngressPath{Splits: splits}, v1alpha1.HTTPIngressPath{Path: "/.well-known/acme-challenge/x", Splits: splits}))}
	routes := routesFor(build(t, NewBuilder(), world, born), routesExternal, "a.example.com")
	if got := routes[0].GetMatch().GetPrefix(); got == "/" {
		t.Error("the shorter path hides the longer one")
	}
}

// A revision whose endpoints are away for a moment keeps its route, and what is still there.
func TestKeepsWhatIsAwayForAMoment(t *testing.T) {
	world := emptyWorld()
	world.addRevision("cart-00001", "http", "10.0.0.1")
	path := v1alpha1.HTTPIngressPath{Splits: []v1alpha1.IngressBackendSplit{split("cart-00001", 100)}}
	world.Ingresses = []*v1alpha1.Ingress{ingressOf("cart", 0, rule("a.example.com", outside, path))}
	builder := NewBuilder()
	build(t, builder, world, born)

	world.setAddresses("cart-00001")
	resources, problems := builder.Build(world, born)
	if problems[named("cart")] == nil {
		t.Error("nobody is told that there are no endpoints")
	}
	if routesFor(resources, routesExternal, "a.example.com") == nil {
		t.Error("the route has gone")
	}
	world.Slices[named("cart-00001")][0].Endpoints = append(
		world.Slices[named("cart-00001")][0].Endpoints, ready("10.0.0.9", true), ready("10.0.0.8", false))
	if got := addressesOf(build(t, builder, world, born), "shop/cart-00001"); !slices.Equal(got, []string{"10.0.0.9"}) {
		t.Errorf("endpoints %v, want the one that is ready", got)
	}
}

// Gateways take clusters before routes: what a route led to a moment ago must still be there.
func TestClustersLinger(t *testing.T) {
	world := emptyWorld()
	world.addRevision("cart-00001", "http", "10.0.0.1")
	world.addRevision("cart-00002", "http", "10.0.0.2")
	to := func(revision string) []*v1alpha1.Ingress {
		return []*v1alpha1.Ingress{ingressOf("cart", 0, rule("a.example.com", outside,
			v1alpha1.HTTPIngressPath{Splits: []v1alpha1.IngressBackendSplit{split(revision, 100)}}))}
	}
	builder := NewBuilder()
	world.Ingresses = to("cart-00001")
	build(t, builder, world, born)
	world.Ingresses = to("cart-00002")
	for _, later := range []time.Duration{0, linger - time.Second} {
		resources := build(t, builder, world, born.Add(later))
		if next := builder.NextDrop(born.Add(later)); len(resources.Clusters) != 2 || next != linger-later {
			t.Fatalf("after %s there are %d clusters, the next to go in %s", later, len(resources.Clusters), next)
		}
	}
	resources := build(t, builder, world, born.Add(linger))
	if len(resources.Clusters) != 1 || builder.NextDrop(born.Add(linger)) != 0 {
		t.Error("the old cluster never goes")
	}
	// A route that comes back within the time has its cluster for good.
	world.Ingresses = to("cart-00001")
	build(t, builder, world, born.Add(linger))
	if resources := build(t, builder, world, born.Add(3*linger)); addressesOf(resources, "shop/cart-00001") == nil {
		t.Error("a cluster in use has gone")
	}
}

func TestOlderIngressKeepsItsHost(t *testing.T) {
	world := emptyWorld()
	world.addRevision("cart-00001", "http", "10.0.0.1")
	path := v1alpha1.HTTPIngressPath{Splits: []v1alpha1.IngressBackendSplit{split("cart-00001", 100)}}
	world.Ingresses = []*v1alpha1.Ingress{
		ingressOf("a-younger", 1, rule("a.example.com", outside, path)),
		ingressOf("b-older", 0, rule("a.example.com", outside, path)),
	}
	_, problems := NewBuilder().Build(world, born)
	if !errors.Is(problems[named("a-younger")], errConflict) || problems[named("b-older")] != nil {
		t.Errorf("problems: %v", problems)
	}
}

func TestTLSAndRedirect(t *testing.T) {
	world := emptyWorld()
	world.addRevision("cart-00001", "http", "10.0.0.1")
	world.addCertificate(t, "cart-tls")
	ing := ingressOf("cart", 0, rule("a.example.com", outside,
		v1alpha1.HTTPIngressPath{Splits: []v1alpha1.IngressBackendSplit{split("cart-00001", 100)}}))
	ing.Spec.HTTPOption = v1alpha1.HTTPOptionRedirected
	ing.Spec.TLS = []v1alpha1.IngressTLS{{Hosts: []string{"a.example.com"}, SecretNamespace: namespace, SecretName: "cart-tls"}}
	world.Ingresses = []*v1alpha1.Ingress{ing}
	resources := build(t, NewBuilder(), world, born)
	if routesFor(resources, routesExternal, "a.example.com")[1].GetRedirect() == nil {
		t.Error("in the clear there is no redirect")
	}
	if routesFor(resources, routesExternalTLS, "a.example.com")[1].GetRoute() == nil {
		t.Error("with TLS there is no answer")
	}
	if len(resources.Listeners) != 5 {
		t.Errorf("%d listeners, want those in the clear, and two with TLS", len(resources.Listeners))
	}
	// Without the secret the Ingress waits; it takes nothing else with it.
	delete(world.Secrets, named("cart-tls"))
	resources, problems := NewBuilder().Build(world, born)
	if problems[named("cart")] == nil || len(resources.Listeners) != 3 || len(resources.Routes) != 2 {
		t.Errorf("without its secret: %v, %d listeners", problems, len(resources.Listeners))
	}
}

func TestExternalNameOfADomainMapping(t *testing.T) {
	world := emptyWorld()
	world.Services[named("cart")] = &corev1.Service{Spec: corev1.ServiceSpec{
		Type:         corev1.ServiceTypeExternalName,
		ExternalName: "kourier-internal.kourier-system.svc.cluster.local",
		Ports:        []corev1.ServicePort{{Name: "http", Port: 80}},
	}}
	world.Ingresses = []*v1alpha1.Ingress{ingressOf("mapping", 0, rule("shop.example.org", outside, v1alpha1.HTTPIngressPath{
		RewriteHost: "cart.shop.svc.cluster.local", Splits: []v1alpha1.IngressBackendSplit{split("cart", 100)},
	}))}
	resources := build(t, NewBuilder(), world, born)
	if got := resources.Clusters[0].GetType(); got != clusterv3.Cluster_LOGICAL_DNS {
		t.Errorf("a name is found by %s", got)
	}
	route := routesFor(resources, routesExternal, "shop.example.org")[1].GetRoute()
	if route.GetHostRewriteLiteral() != "cart.shop.svc.cluster.local" {
		t.Errorf("the host becomes %q", route.GetHostRewriteLiteral())
	}
}

func TestLaneSettings(t *testing.T) {
	world := emptyWorld()
	world.addRevision("cart-00001", "http", "10.0.0.1")
	world.Ingresses = []*v1alpha1.Ingress{ingressOf("cart", 0, rule("a.example.com", outside,
		v1alpha1.HTTPIngressPath{Splits: []v1alpha1.IngressBackendSplit{split("cart-00001", 100)}}))}
	world.Lane = laneSettings(&corev1.ConfigMap{Data: map[string]string{"colour": "green", "fault": "errors"}})
	resources := build(t, NewBuilder(), world, born)
	routes := routesFor(resources, routesExternal, "a.example.com")
	if routes[1].GetDirectResponse().GetStatus() != 500 {
		t.Error("the fault does not fail")
	}
	if routes[0].GetRoute() == nil || routes[0].GetMatch().GetHeaders()[0].GetName() != header.HashKey {
		t.Error("the fault fails the probes of the gateway as well")
	}
	if got := resources.Routes[0].GetResponseHeadersToAdd()[0].GetHeader().GetValue(); got != "green" {
		t.Errorf("the colour is %q", got)
	}
	if laneSettings(nil) != (LaneSettings{}) {
		t.Error("without its config map the lane asks for nothing")
	}
}

func ready(address string, yes bool) (endpoint discoveryv1.Endpoint) {
	endpoint.Addresses = []string{address}
	endpoint.Conditions.Ready = &yes
	return endpoint
}
