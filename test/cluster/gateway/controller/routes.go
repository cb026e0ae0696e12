package main

import (
	"fmt"
	"maps"
	"slices"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
	"knative.dev/networking/pkg/apis/networking/v1alpha1"
	"knative.dev/networking/pkg/http/header"
)

// forwardingRoute sends what a path matches to its splits by percent. It sets no time-out: the queue-proxy has Knative's.
func forwardingRoute(name string, path v1alpha1.HTTPIngressPath) *routev3.Route {
	clusters := make([]*routev3.WeightedCluster_ClusterWeight, 0, len(path.Splits))
	for _, split := range path.Splits {
		clusters = append(clusters, &routev3.WeightedCluster_ClusterWeight{
			Name:                clusterName(split.IngressBackend),
			Weight:              wrapperspb.UInt32(uint32(split.Percent)),
			RequestHeadersToAdd: setHeaders(split.AppendHeaders),
		})
	}
	action := &routev3.RouteAction{
		ClusterSpecifier: &routev3.RouteAction_WeightedClusters{
			WeightedClusters: &routev3.WeightedCluster{Clusters: clusters},
		},
		Timeout: durationpb.New(0),
		UpgradeConfigs: []*routev3.RouteAction_UpgradeConfig{
			{UpgradeType: "websocket", Enabled: wrapperspb.Bool(true)},
		},
	}
	if path.RewriteHost != "" {
		action.HostRewriteSpecifier = &routev3.RouteAction_HostRewriteLiteral{HostRewriteLiteral: path.RewriteHost}
	}
	return &routev3.Route{
		Name:                name,
		Match:               match(path),
		Action:              &routev3.Route_Route{Route: action},
		RequestHeadersToAdd: setHeaders(path.AppendHeaders),
	}
}

// redirectingRoute sends clients in the clear to TLS.
func redirectingRoute(name string, path v1alpha1.HTTPIngressPath) *routev3.Route {
	return &routev3.Route{
		Name:  name,
		Match: match(path),
		Action: &routev3.Route_Redirect{Redirect: &routev3.RedirectAction{
			SchemeRewriteSpecifier: &routev3.RedirectAction_HttpsRedirect{HttpsRedirect: true},
		}},
	}
}

// failingRoute is the lane's fault: the gateway itself answers with an error. Probes of the gateway go on as before.
func failingRoute(name string, path v1alpha1.HTTPIngressPath) *routev3.Route {
	return &routev3.Route{
		Name:  name,
		Match: match(path),
		Action: &routev3.Route_DirectResponse{DirectResponse: &routev3.DirectResponseAction{
			Status: faultStatus,
			Body:   &corev3.DataSource{Specifier: &corev3.DataSource_InlineString{InlineString: faultBody}},
		}},
	}
}

// readyRoute answers the kubelet's checks of a gateway.
func readyRoute() *routev3.VirtualHost {
	route := forwardingRoute("gateway_ready", v1alpha1.HTTPIngressPath{Path: "/ready"})
	action := route.GetRoute()
	action.ClusterSpecifier = &routev3.RouteAction_Cluster{Cluster: statsCluster}
	action.Timeout = durationpb.New(time.Second)
	return &routev3.VirtualHost{Name: readyHost, Domains: []string{readyHost}, Routes: []*routev3.Route{route}}
}

func isProbe(path v1alpha1.HTTPIngressPath) bool {
	return path.Headers[header.HashKey].Exact == header.HashValueOverride
}

func match(path v1alpha1.HTTPIngressPath) *routev3.RouteMatch {
	matched := &routev3.RouteMatch{PathSpecifier: &routev3.RouteMatch_Prefix{Prefix: prefixOf(path)}}
	for _, name := range slices.Sorted(maps.Keys(path.Headers)) {
		one := &routev3.HeaderMatcher{Name: name}
		// Without a value the header need only be there.
		if exact := path.Headers[name].Exact; exact != "" {
			one.HeaderMatchSpecifier = &routev3.HeaderMatcher_StringMatch{StringMatch: &matcherv3.StringMatcher{
				MatchPattern: &matcherv3.StringMatcher_Exact{Exact: exact},
			}}
		}
		matched.Headers = append(matched.Headers, one)
	}
	return matched
}

func prefixOf(path v1alpha1.HTTPIngressPath) string {
	if path.Path == "" {
		return "/"
	}
	return path.Path
}

// setHeaders replaces what a client may have sent under these names.
func setHeaders(headers map[string]string) []*corev3.HeaderValueOption {
	set := make([]*corev3.HeaderValueOption, 0, len(headers))
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		set = append(set, &corev3.HeaderValueOption{
			Header:       &corev3.HeaderValue{Key: name, Value: headers[name]},
			AppendAction: corev3.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD,
		})
	}
	return set
}

func routeName(ingress *v1alpha1.Ingress, host string, path v1alpha1.HTTPIngressPath) string {
	return fmt.Sprintf("(%s/%s).Domain[%s].Paths[%s]", ingress.Namespace, ingress.Name, host, prefixOf(path))
}
