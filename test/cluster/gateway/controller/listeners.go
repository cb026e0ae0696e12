package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/config/accesslog/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	streamv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/access_loggers/stream/v3"
	routerv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	inspectorv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/listener/tls_inspector/v3"
	managerv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"github.com/envoyproxy/go-control-plane/pkg/wellknown"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// listenAddress is in the names of the listeners' statistics, by which the drain script counts connections.
const listenAddress = "0.0.0.0"

// asAny cannot fail for the messages of this program: they hold no invalid text.
func asAny(message proto.Message) *anypb.Any {
	packed, err := anypb.New(message)
	if err != nil {
		panic(err)
	}
	return packed
}

// clearListener takes HTTP/1.1 and HTTP/2 without TLS.
func clearListener(port uint32, routes string) *listenerv3.Listener {
	return &listenerv3.Listener{
		Name:         fmt.Sprintf("listener_%d", port),
		Address:      socketAddress(listenAddress, port),
		FilterChains: []*listenerv3.FilterChain{{Filters: connectionManager(routes)}},
	}
}

// secureListener chooses the certificate by the host that a client names.
func secureListener(port uint32, routes string, certificates []certificate) *listenerv3.Listener {
	listener := &listenerv3.Listener{
		Name:    fmt.Sprintf("listener_%d", port),
		Address: socketAddress(listenAddress, port),
		ListenerFilters: []*listenerv3.ListenerFilter{{
			Name:       wellknown.TlsInspector,
			ConfigType: &listenerv3.ListenerFilter_TypedConfig{TypedConfig: asAny(&inspectorv3.TlsInspector{})},
		}},
	}
	for _, one := range bySecret(certificates) {
		listener.FilterChains = append(listener.FilterChains, &listenerv3.FilterChain{
			FilterChainMatch: &listenerv3.FilterChainMatch{ServerNames: one.hosts},
			Filters:          connectionManager(routes),
			TransportSocket: &corev3.TransportSocket{
				Name:       wellknown.TransportSocketTls,
				ConfigType: &corev3.TransportSocket_TypedConfig{TypedConfig: asAny(downstreamTLS(one))},
			},
		})
	}
	return listener
}

// bySecret gives each secret once: two filter chains with the same hosts would be refused.
func bySecret(certificates []certificate) []certificate {
	var merged []certificate
	for _, one := range certificates {
		index := slices.IndexFunc(merged, func(other certificate) bool { return other.secret == one.secret })
		if index < 0 {
			one.hosts = slices.Clone(one.hosts)
			merged = append(merged, one)
			continue
		}
		merged[index].hosts = append(merged[index].hosts, one.hosts...)
	}
	for index := range merged {
		slices.Sort(merged[index].hosts)
		merged[index].hosts = slices.Compact(merged[index].hosts)
	}
	slices.SortFunc(merged, func(a, b certificate) int {
		return strings.Compare(a.secret.String(), b.secret.String())
	})
	return merged
}

func downstreamTLS(one certificate) *tlsv3.DownstreamTlsContext {
	inline := func(data []byte) *corev3.DataSource {
		return &corev3.DataSource{Specifier: &corev3.DataSource_InlineBytes{InlineBytes: data}}
	}
	return &tlsv3.DownstreamTlsContext{CommonTlsContext: &tlsv3.CommonTlsContext{
		AlpnProtocols:   []string{"h2", "http/1.1"},
		TlsParams:       &tlsv3.TlsParameters{TlsMinimumProtocolVersion: tlsv3.TlsParameters_TLSv1_2},
		TlsCertificates: []*tlsv3.TlsCertificate{{CertificateChain: inline(one.chain), PrivateKey: inline(one.key)}},
	}}
}

// connectionManager sets no idle time: the bootstrap has it, for all listeners, as beside Kourier's own controller.
func connectionManager(routes string) []*listenerv3.Filter {
	manager := &managerv3.HttpConnectionManager{
		StatPrefix: statPrefix,
		RouteSpecifier: &managerv3.HttpConnectionManager_Rds{Rds: &managerv3.Rds{
			RouteConfigName: routes,
			ConfigSource: &corev3.ConfigSource{
				ResourceApiVersion:    corev3.ApiVersion_V3,
				ConfigSourceSpecifier: &corev3.ConfigSource_Ads{Ads: &corev3.AggregatedConfigSource{}},
				InitialFetchTimeout:   durationpb.New(10 * time.Second),
			},
		}},
		// A long answer may pause for as long as its revision allows.
		StreamIdleTimeout: durationpb.New(0),
		UseRemoteAddress:  wrapperspb.Bool(false),
		HttpFilters: []*managerv3.HttpFilter{{
			Name:       wellknown.Router,
			ConfigType: &managerv3.HttpFilter_TypedConfig{TypedConfig: asAny(&routerv3.Router{})},
		}},
		AccessLog: []*accesslogv3.AccessLog{{
			Name:       "envoy.access_loggers.stdout",
			ConfigType: &accesslogv3.AccessLog_TypedConfig{TypedConfig: asAny(&streamv3.StdoutAccessLog{})},
		}},
	}
	return []*listenerv3.Filter{{
		Name:       wellknown.HTTPConnectionManager,
		ConfigType: &listenerv3.Filter_TypedConfig{TypedConfig: asAny(manager)},
	}}
}
