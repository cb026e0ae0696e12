package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"time"

	discoverygrpc "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	cachetypes "github.com/envoyproxy/go-control-plane/pkg/cache/types"
	cachev3 "github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"github.com/envoyproxy/go-control-plane/pkg/server/sotw/v3"
	serverv3 "github.com/envoyproxy/go-control-plane/pkg/server/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthgrpc "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/protobuf/proto"
)

// Publisher hands the configuration to every gateway that asks, and each change of it.
type Publisher struct {
	cache cachev3.SnapshotCache
	// refused is called when a gateway did not take what it was sent.
	refused func(message string)
}

// NewPublisher answers in the order of the types (clusters before routes), so that no route leads to an unknown cluster.
func NewPublisher(refused func(message string)) *Publisher {
	return &Publisher{cache: cachev3.NewSnapshotCache(true, cachev3.IDHash{}, nil), refused: refused}
}

// Publish replaces the configuration. A type whose resources are what they were is not sent again.
func (p *Publisher) Publish(ctx context.Context, resources Resources) error {
	snapshot := &cachev3.Snapshot{}
	for index, all := range map[cachetypes.ResponseType][]cachetypes.Resource{
		cachetypes.Cluster:  asResources(resources.Clusters),
		cachetypes.Listener: asResources(resources.Listeners),
		cachetypes.Route:    asResources(resources.Routes),
	} {
		version, err := versionOf(all)
		if err != nil {
			return err
		}
		snapshot.Resources[index] = cachev3.NewResources(version, all)
	}
	return p.cache.SetSnapshot(ctx, nodeID, snapshot)
}

func asResources[T cachetypes.Resource](all []T) []cachetypes.Resource {
	resources := make([]cachetypes.Resource, 0, len(all))
	for _, one := range all {
		resources = append(resources, one)
	}
	return resources
}

// versionOf is the same for the same resources in the same order, also after a restart of this program.
func versionOf(all []cachetypes.Resource) (string, error) {
	digest := sha256.New()
	for _, one := range all {
		bytes, err := proto.MarshalOptions{Deterministic: true}.Marshal(one)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(digest, "%d:", len(bytes))
		digest.Write(bytes)
	}
	return hex.EncodeToString(digest.Sum(nil)[:8]), nil
}

// Serve listens until the context ends. Only then is the program ready, so it has to have published before.
func (p *Publisher) Serve(ctx context.Context) error {
	server := p.server(ctx)
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", fmt.Sprintf(":%d", xdsPort))
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, server.Stop)
	return server.Serve(listener)
}

func (p *Publisher) server(ctx context.Context) *grpc.Server {
	callbacks := serverv3.CallbackFuncs{
		StreamRequestFunc: func(_ int64, request *discoverygrpc.DiscoveryRequest) error {
			if detail := request.GetErrorDetail(); detail != nil {
				p.refused(fmt.Sprintf("%s: %s", request.GetTypeUrl(), detail.GetMessage()))
			}
			return nil
		},
	}
	server := grpc.NewServer(
		// The gateways ask every 30 s whether the connection still stands.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{
			MinTime:             20 * time.Second,
			PermitWithoutStream: true,
		}),
	)
	discoverygrpc.RegisterAggregatedDiscoveryServiceServer(
		server, serverv3.NewServer(ctx, p.cache, callbacks, sotw.WithOrderedADS()))
	healthgrpc.RegisterHealthServer(server, health.NewServer())
	return server
}
