package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"
	"knative.dev/networking/pkg/apis/networking/v1alpha1"
)

// linger is how long a cluster outlives the last route to it: gateways may learn of the route's end later.
const linger = 30 * time.Second

// errConflict says that a host belongs to an older Ingress already.
var errConflict = errors.New("another ingress has the host")

// Resources are the whole configuration of the gateways, in a fixed order.
type Resources struct {
	Clusters  []*clusterv3.Cluster
	Listeners []*listenerv3.Listener
	Routes    []*routev3.RouteConfiguration
}

// Builder makes the configuration from what the cluster says. It remembers what it last said of each Ingress, so that one
// whose Service is without endpoints for a moment keeps its routes.
type Builder struct {
	last     map[key]*translation
	clusters map[string]*lingering
}

type lingering struct {
	cluster *clusterv3.Cluster
	unused  time.Time
}

// NewBuilder has said nothing yet.
func NewBuilder() *Builder {
	return &Builder{last: map[key]*translation{}, clusters: map[string]*lingering{}}
}

// Build gives the configuration, and for each Ingress what is wrong with it, nil if nothing is.
func (b *Builder) Build(world World, now time.Time) (Resources, map[key]error) {
	ingresses := slices.SortedFunc(slices.Values(world.Ingresses), older)
	problems := map[key]error{}
	current := map[key]*translation{}
	owners := map[string]key{}
	var fresh, stale []*translation
	for _, ing := range ingresses {
		name := key{Namespace: ing.Namespace, Name: ing.Name}
		made, err := translate(world, ing)
		if err != nil {
			made = b.last[name]
		}
		problems[name] = err
		if made == nil {
			continue
		}
		if host := taken(owners, made); host != "" {
			problems[name] = fmt.Errorf("%w %s: %s", errConflict, host, owners[host])
			continue
		}
		for host := range made.hosts {
			owners[host] = name
		}
		current[name] = made
		if err == nil {
			fresh = append(fresh, made)
		} else {
			stale = append(stale, made)
		}
	}
	b.last = current
	// What is known now overwrites what is remembered of the same Service.
	order := slices.Concat(stale, fresh)
	resources := Resources{Clusters: b.keep(order, now)}
	resources.Listeners, resources.Routes = listenersAndRoutes(order, world.Lane)
	return resources, problems
}

// older first: who has a host keeps it.
func older(a, b *v1alpha1.Ingress) int {
	return cmp.Or(
		a.CreationTimestamp.Compare(b.CreationTimestamp.Time),
		strings.Compare(a.Namespace, b.Namespace),
		strings.Compare(a.Name, b.Name),
	)
}

func taken(owners map[string]key, made *translation) string {
	for _, host := range slices.Sorted(maps.Keys(made.hosts)) {
		if _, ok := owners[host]; ok {
			return host
		}
	}
	return ""
}

// keep gives the clusters that have a route, and those that had one a moment ago.
func (b *Builder) keep(order []*translation, now time.Time) []*clusterv3.Cluster {
	for _, kept := range b.clusters {
		if kept.unused.IsZero() {
			kept.unused = now
		}
	}
	for _, made := range order {
		for name, one := range made.clusters {
			b.clusters[name] = &lingering{cluster: one}
		}
	}
	maps.DeleteFunc(b.clusters, func(_ string, kept *lingering) bool {
		return !kept.unused.IsZero() && now.Sub(kept.unused) >= linger
	})
	var clusters []*clusterv3.Cluster
	for _, name := range slices.Sorted(maps.Keys(b.clusters)) {
		clusters = append(clusters, b.clusters[name].cluster)
	}
	return clusters
}

// NextDrop is the time until a build would drop a cluster, 0 if none would.
func (b *Builder) NextDrop(now time.Time) time.Duration {
	var next time.Duration
	for _, kept := range b.clusters {
		if kept.unused.IsZero() {
			continue
		}
		if left := linger - now.Sub(kept.unused); next == 0 || left < next {
			next = left
		}
	}
	return next
}

// listenersAndRoutes gives exactly the routes that the listeners ask for: the server would wait for a question about more.
func listenersAndRoutes(
	order []*translation, lane LaneSettings,
) ([]*listenerv3.Listener, []*routev3.RouteConfiguration) {
	listeners := []*listenerv3.Listener{
		clearListener(portExternal, routesExternal),
		clearListener(portInternal, routesInternal),
		clearListener(portProbe, routesExternal),
	}
	external := routeConfiguration(order, lane, routesExternal,
		func(at *hostRoutes) []*routev3.Route { return at.external })
	internal := routeConfiguration(order, lane, routesInternal,
		func(at *hostRoutes) []*routev3.Route { return at.internal })
	internal.VirtualHosts = append(internal.VirtualHosts, readyRoute())
	routes := []*routev3.RouteConfiguration{external, internal}

	var externalCertificates, internalCertificates []certificate
	for _, made := range order {
		externalCertificates = append(externalCertificates, made.externalCertificates...)
		internalCertificates = append(internalCertificates, made.internalCertificates...)
	}
	if len(externalCertificates) > 0 {
		listeners = append(listeners,
			secureListener(portExternalTLS, routesExternalTLS, externalCertificates),
			secureListener(portProbeTLS, routesExternalTLS, externalCertificates))
		routes = append(routes, routeConfiguration(order, lane, routesExternalTLS,
			func(at *hostRoutes) []*routev3.Route { return at.externalTLS }))
	}
	if len(internalCertificates) > 0 {
		listeners = append(listeners, secureListener(portInternalTLS, routesInternalTLS, internalCertificates))
		routes = append(routes, routeConfiguration(order, lane, routesInternalTLS,
			func(at *hostRoutes) []*routev3.Route { return at.internalTLS }))
	}
	return listeners, routes
}

func routeConfiguration(
	order []*translation, lane LaneSettings, name string, of func(*hostRoutes) []*routev3.Route,
) *routev3.RouteConfiguration {
	config := &routev3.RouteConfiguration{
		Name: name,
		// A route to a cluster that a gateway does not know is refused, rather than answered with errors.
		ValidateClusters: wrapperspb.Bool(true),
	}
	if lane.Colour != "" {
		config.ResponseHeadersToAdd = setHeaders(map[string]string{colourHeader: lane.Colour})
	}
	for _, made := range order {
		for host, routes := range made.hosts {
			if found := of(routes); len(found) > 0 {
				config.VirtualHosts = append(config.VirtualHosts, virtualHost(host, found))
			}
		}
	}
	slices.SortFunc(config.VirtualHosts, func(a, b *routev3.VirtualHost) int {
		return strings.Compare(a.GetName(), b.GetName())
	})
	return config
}

// virtualHost puts longer paths first, since the first that matches counts; probes stay before what they stand for.
func virtualHost(host string, routes []*routev3.Route) *routev3.VirtualHost {
	sorted := slices.Clone(routes)
	slices.SortStableFunc(sorted, func(a, b *routev3.Route) int {
		return len(b.GetMatch().GetPrefix()) - len(a.GetMatch().GetPrefix())
	})
	domains := []string{host}
	if host != "*" {
		// gRPC's authority may have a port.
		domains = append(domains, host+":*")
	}
	return &routev3.VirtualHost{Name: host, Domains: domains, Routes: sorted}
}
