package main

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoverygrpc "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
	"knative.dev/networking/pkg/apis/networking/v1alpha1"
)

// gateway asks as Envoy does, without being one.
type gateway struct {
	t      *testing.T
	stream grpc.BidiStreamingClient[discoverygrpc.DiscoveryRequest, discoverygrpc.DiscoveryResponse]
}

func connect(t *testing.T, publisher *Publisher) gateway {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	listener := bufconn.Listen(1 << 20)
	server := publisher.server(ctx)
	go func() { _ = server.Serve(listener) }()
	connection, err := grpc.NewClient("passthrough:bufnet",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) { return listener.Dial() }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); connection.Close(); server.Stop() })
	stream, err := discoverygrpc.NewAggregatedDiscoveryServiceClient(connection).StreamAggregatedResources(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return gateway{t, stream}
}

func (g gateway) ask(kind string, last *discoverygrpc.DiscoveryResponse, refusal string) {
	g.t.Helper()
	request := &discoverygrpc.DiscoveryRequest{TypeUrl: kind, Node: &corev3.Node{Id: nodeID}}
	if kind == resource.RouteType {
		request.ResourceNames = []string{routesExternal, routesInternal}
	}
	if last != nil {
		request.ResponseNonce = last.GetNonce()
	}
	if last != nil && refusal == "" {
		request.VersionInfo = last.GetVersionInfo()
	}
	if refusal != "" {
		request.ErrorDetail = &status.Status{Message: refusal}
	}
	if err := g.stream.Send(request); err != nil {
		g.t.Fatal(err)
	}
}

// hear gives the next answer, and acknowledges it.
func (g gateway) hear() *discoverygrpc.DiscoveryResponse {
	g.t.Helper()
	response, err := g.stream.Recv()
	if err != nil {
		g.t.Fatal(err)
	}
	g.ask(response.GetTypeUrl(), response, "")
	return response
}

func worldWith(revision, address string) World {
	world := emptyWorld()
	world.addRevision(revision, "http", address)
	world.Ingresses = []*v1alpha1.Ingress{ingressOf("cart", 0, rule("a.example.com", outside,
		v1alpha1.HTTPIngressPath{Splits: []v1alpha1.IngressBackendSplit{split(revision, 100)}}))}
	return world
}

func TestClustersComeBeforeRoutes(t *testing.T) {
	publisher := NewPublisher(func(string) {})
	builder := NewBuilder()
	publish := func(world World) {
		if err := publisher.Publish(t.Context(), build(t, builder, world, born)); err != nil {
			t.Fatal(err)
		}
	}
	publish(worldWith("cart-00001", "10.0.0.1"))
	envoy := connect(t, publisher)
	kinds := []string{resource.ClusterType, resource.ListenerType, resource.RouteType}
	for _, kind := range kinds {
		envoy.ask(kind, nil, "")
		if got := envoy.hear().GetTypeUrl(); got != kind {
			t.Fatalf("asked for %s, heard %s", kind, got)
		}
	}
	// Many times, since without an order it would come right by chance.
	for generation := 2; generation <= 40; generation++ {
		// A question that is still on its way would be answered by itself, in its own time.
		settle(t, publisher)
		publish(worldWith(fmt.Sprintf("cart-%05d", generation), "10.0.0.2"))
		heard := []string{envoy.hear().GetTypeUrl(), envoy.hear().GetTypeUrl()}
		if want := []string{resource.ClusterType, resource.RouteType}; !slices.Equal(heard, want) {
			t.Fatalf("heard %v, want clusters, then routes, and listeners not again", heard)
		}
	}
	// Other endpoints are no other routes.
	settle(t, publisher)
	publish(worldWith("cart-00040", "10.0.0.3"))
	if response := envoy.hear(); response.GetTypeUrl() != resource.ClusterType {
		t.Fatalf("heard %s for other endpoints", response.GetTypeUrl())
	}
}

func settle(t *testing.T, publisher *Publisher) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if info := publisher.cache.GetStatusInfo(nodeID); info != nil && info.GetNumWatches() == 3 {
			return
		}
	}
	t.Fatal("the gateway never asked for all three kinds")
}

func TestRefusalIsTold(t *testing.T) {
	refusals := make(chan string, 1)
	publisher := NewPublisher(func(message string) { refusals <- message })
	if err := publisher.Publish(t.Context(), build(t, NewBuilder(), worldWith("cart-00001", "10.0.0.1"), born)); err != nil {
		t.Fatal(err)
	}
	envoy := connect(t, publisher)
	envoy.ask(resource.RouteType, nil, "")
	response, err := envoy.stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	envoy.ask(resource.RouteType, response, "unknown cluster")
	if got := <-refusals; !strings.Contains(got, "unknown cluster") {
		t.Errorf("told %q", got)
	}
}
