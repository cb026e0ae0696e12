package main

import (
	"context"
	"time"

	"go.uber.org/zap"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/labels"
	corelisters "k8s.io/client-go/listers/core/v1"
	discoverylisters "k8s.io/client-go/listers/discovery/v1"
	"k8s.io/client-go/util/workqueue"
	"knative.dev/networking/pkg/apis/networking"
	"knative.dev/networking/pkg/apis/networking/v1alpha1"
	"knative.dev/networking/pkg/client/clientset/versioned"
	networkinglisters "knative.dev/networking/pkg/client/listers/networking/v1alpha1"
	"knative.dev/networking/pkg/status"
)

// everything is the work item for a build of the whole configuration; others name the Ingress to report on.
var everything = key{}

// gather is how long changes may gather before one build takes them all.
const gather = 10 * time.Millisecond

// Controller follows a cluster's Ingresses: it builds the gateways' configuration and reports when they have it.
type Controller struct {
	log              *zap.SugaredLogger
	namespace        string
	gatewayNamespace string
	client           versioned.Interface
	ingresses        networkinglisters.IngressLister
	services         corelisters.ServiceLister
	slices           discoverylisters.EndpointSliceLister
	secrets          corelisters.SecretLister
	configMaps       corelisters.ConfigMapLister
	queue            workqueue.TypedRateLimitingInterface[key]
	prober           *status.Prober
	publisher        *Publisher
	builder          *Builder
	problems         map[key]error
}

func ours(ing *v1alpha1.Ingress) bool {
	return networking.GetIngressClass(ing.Annotations) == ingressClass && ing.DeletionTimestamp == nil
}

// Changed asks for a build soon.
func (c *Controller) Changed() { c.queue.AddAfter(everything, gather) }

// Work does one item after the other, until the queue is shut down.
func (c *Controller) Work(ctx context.Context) {
	for {
		item, ended := c.queue.Get()
		if ended {
			return
		}
		if err := c.do(ctx, item); err != nil {
			c.log.Warnw("tried again later", "ingress", item.String(), "error", err)
			c.queue.AddRateLimited(item)
		} else {
			c.queue.Forget(item)
		}
		c.queue.Done(item)
	}
}

func (c *Controller) do(ctx context.Context, item key) error {
	if item == everything {
		return c.Build(ctx)
	}
	return c.report(ctx, item)
}

// Build publishes what follows from the cluster's objects now, and has each Ingress reported on.
func (c *Controller) Build(ctx context.Context) error {
	world, err := c.world()
	if err != nil {
		return err
	}
	now := time.Now()
	resources, problems := c.builder.Build(world, now)
	if err := c.publisher.Publish(ctx, resources); err != nil {
		return err
	}
	// An Ingress that has gone is looked at once more, to end its probes.
	for _, names := range []map[key]error{c.problems, problems} {
		for name := range names {
			c.queue.Add(name)
		}
	}
	c.problems = problems
	if next := c.builder.NextDrop(now); next > 0 {
		c.queue.AddAfter(everything, next)
	}
	return nil
}

func (c *Controller) world() (World, error) {
	world := World{
		Services: map[key]*corev1.Service{},
		Slices:   map[key][]*discoveryv1.EndpointSlice{},
		Secrets:  map[key]*corev1.Secret{},
	}
	ingresses, err := c.ingresses.List(labels.Everything())
	if err != nil {
		return world, err
	}
	for _, ing := range ingresses {
		if ours(ing) {
			world.Ingresses = append(world.Ingresses, ing)
		}
	}
	services, err := c.services.List(labels.Everything())
	if err != nil {
		return world, err
	}
	for _, one := range services {
		world.Services[key{Namespace: one.Namespace, Name: one.Name}] = one
	}
	slices, err := c.slices.List(labels.Everything())
	if err != nil {
		return world, err
	}
	for _, one := range slices {
		name := key{Namespace: one.Namespace, Name: one.Labels[discoveryv1.LabelServiceName]}
		world.Slices[name] = append(world.Slices[name], one)
	}
	secrets, err := c.secrets.List(labels.Everything())
	if err != nil {
		return world, err
	}
	for _, one := range secrets {
		world.Secrets[key{Namespace: one.Namespace, Name: one.Name}] = one
	}
	// A lister knows no other error than that it is not there.
	lane, _ := c.configMaps.ConfigMaps(c.namespace).Get(laneConfigMap)
	world.Lane = laneSettings(lane)
	return world, nil
}
