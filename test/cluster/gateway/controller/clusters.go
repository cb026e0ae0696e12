package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	upstreamv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"knative.dev/networking/pkg/apis/networking/v1alpha1"
)

const connectTimeout = 5 * time.Second

// clusterName is the name of a Service's cluster, in Envoy's statistics too.
func clusterName(backend v1alpha1.IngressBackend) string {
	return backend.ServiceNamespace + "/" + backend.ServiceName
}

// cluster leads to the endpoints of a split's Service themselves, not to its address: so a change from the activator to
// pods reaches the gateways at once. The endpoints are part of the cluster: it is warm as soon as it is known, and no
// route can come before it.
func cluster(world World, backend v1alpha1.IngressBackend, http2Allowed bool) (*clusterv3.Cluster, error) {
	name := clusterName(backend)
	service := world.Services[key{Namespace: backend.ServiceNamespace, Name: backend.ServiceName}]
	if service == nil {
		return nil, fmt.Errorf("the service %s does not exist", name)
	}
	port, http2 := portOf(service, backend)
	discovery := clusterv3.Cluster_STATIC
	var endpoints []*endpointv3.LbEndpoint
	if service.Spec.Type == corev1.ServiceTypeExternalName {
		discovery = clusterv3.Cluster_LOGICAL_DNS
		endpoints = []*endpointv3.LbEndpoint{lbEndpoint(service.Spec.ExternalName, port.Port)}
	} else {
		target := port.TargetPort.IntVal
		if target == 0 {
			target = port.Port
		}
		for _, address := range readyAddresses(world.Slices[key{Namespace: service.Namespace, Name: service.Name}]) {
			endpoints = append(endpoints, lbEndpoint(address, target))
		}
	}
	if len(endpoints) == 0 {
		return nil, fmt.Errorf("the service %s has no ready endpoints", name)
	}
	made := &clusterv3.Cluster{
		Name:                 name,
		ClusterDiscoveryType: &clusterv3.Cluster_Type{Type: discovery},
		ConnectTimeout:       durationpb.New(connectTimeout),
		LoadAssignment: &endpointv3.ClusterLoadAssignment{
			ClusterName: name,
			Endpoints:   []*endpointv3.LocalityLbEndpoints{{LbEndpoints: endpoints}},
		},
	}
	if http2 && http2Allowed {
		made.TypedExtensionProtocolOptions = map[string]*anypb.Any{
			"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": asAny(&upstreamv3.HttpProtocolOptions{
				UpstreamProtocolOptions: &upstreamv3.HttpProtocolOptions_ExplicitHttpConfig_{
					ExplicitHttpConfig: &upstreamv3.HttpProtocolOptions_ExplicitHttpConfig{
						ProtocolConfig: &upstreamv3.HttpProtocolOptions_ExplicitHttpConfig_Http2ProtocolOptions{},
					},
				},
			}),
		}
	}
	return made, nil
}

// portOf finds the port that a split means, and whether the Service speaks HTTP/2 without TLS.
func portOf(service *corev1.Service, backend v1alpha1.IngressBackend) (corev1.ServicePort, bool) {
	found := corev1.ServicePort{Port: 80}
	http2 := false
	for _, port := range service.Spec.Ports {
		if port.Port == backend.ServicePort.IntVal ||
			(backend.ServicePort.StrVal != "" && port.Name == backend.ServicePort.StrVal) {
			found = port
		}
		// Knative calls the port of a revision so when its container's port is called h2c.
		http2 = http2 || port.Name == "http2" || port.Name == "h2c"
	}
	return found, http2
}

// readyAddresses in order, each once: the same endpoints make the same cluster.
func readyAddresses(all []*discoveryv1.EndpointSlice) []string {
	var addresses []string
	for _, slice := range all {
		if slice.AddressType == discoveryv1.AddressTypeFQDN {
			continue
		}
		for _, endpoint := range slice.Endpoints {
			if endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready {
				addresses = append(addresses, endpoint.Addresses...)
			}
		}
	}
	slices.SortFunc(addresses, strings.Compare)
	return slices.Compact(addresses)
}

func lbEndpoint(address string, port int32) *endpointv3.LbEndpoint {
	return &endpointv3.LbEndpoint{
		HostIdentifier: &endpointv3.LbEndpoint_Endpoint{
			Endpoint: &endpointv3.Endpoint{Address: socketAddress(address, uint32(port))},
		},
	}
}

func socketAddress(address string, port uint32) *corev3.Address {
	return &corev3.Address{
		Address: &corev3.Address_SocketAddress{
			SocketAddress: &corev3.SocketAddress{
				Address:       address,
				PortSpecifier: &corev3.SocketAddress_PortValue{PortValue: port},
			},
		},
	}
}
