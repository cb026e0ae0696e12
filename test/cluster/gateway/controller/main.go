// The lane's ingress controller: it stands in for Kourier's own, which is not published as a module. It reads Knative's
// Ingress objects and configures the gateways, which are Envoy, over xDS.
package main

import (
	"context"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"go.uber.org/zap"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	"knative.dev/networking/pkg/apis/networking/v1alpha1"
	"knative.dev/networking/pkg/client/clientset/versioned"
	"knative.dev/networking/pkg/client/informers/externalversions"
	"knative.dev/networking/pkg/status"
	"knative.dev/pkg/logging"
)

const (
	// resync is how often everything is looked at again although nothing seems to have changed.
	resync = 10 * time.Minute
	// requestsPerSecond at the API server: a restart reports on every Ingress at once.
	requestsPerSecond = 200
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx); err != nil && ctx.Err() == nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	config, err := rest.InClusterConfig()
	if err != nil {
		return err
	}
	config.QPS, config.Burst = requestsPerSecond, requestsPerSecond
	kube, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	client, err := versioned.NewForConfig(config)
	if err != nil {
		return err
	}
	logger, err := newLogger()
	if err != nil {
		return err
	}
	namespace, gatewayNamespace := os.Getenv("SYSTEM_NAMESPACE"), os.Getenv("KOURIER_GATEWAY_NAMESPACE")

	objects := informers.NewSharedInformerFactory(kube, resync)
	gateways := informers.NewSharedInformerFactoryWithOptions(kube, resync, informers.WithNamespace(gatewayNamespace))
	own := informers.NewSharedInformerFactoryWithOptions(kube, resync, informers.WithNamespace(namespace))
	ingresses := externalversions.NewSharedInformerFactory(client, resync)

	c := &Controller{
		log:              logger,
		namespace:        namespace,
		gatewayNamespace: gatewayNamespace,
		client:           client,
		ingresses:        ingresses.Networking().V1alpha1().Ingresses().Lister(),
		services:         objects.Core().V1().Services().Lister(),
		slices:           objects.Discovery().V1().EndpointSlices().Lister(),
		secrets:          objects.Core().V1().Secrets().Lister(),
		configMaps:       own.Core().V1().ConfigMaps().Lister(),
		queue:            workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[key]()),
		builder:          NewBuilder(),
	}
	c.publisher = NewPublisher(func(message string) { logger.Errorw("a gateway refused its configuration", "why", message) })
	// The prober speaks of every probe; only its troubles are of interest.
	quiet := logger.Desugar().WithOptions(zap.IncreaseLevel(zap.WarnLevel)).Sugar()
	ctx = logging.WithLogger(ctx, quiet)
	c.prober = status.NewProber(quiet, gatewayTargets{slices: c.slices, namespace: gatewayNamespace},
		func(ing *v1alpha1.Ingress) { c.queue.Add(key{Namespace: ing.Namespace, Name: ing.Name}) })

	changed := cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { c.Changed() },
		UpdateFunc: func(any, any) { c.Changed() },
		DeleteFunc: func(any) { c.Changed() },
	}
	pods := gateways.Core().V1().Pods().Informer()
	for informer, handler := range map[cache.SharedIndexInformer]cache.ResourceEventHandler{
		ingresses.Networking().V1alpha1().Ingresses().Informer(): changed,
		objects.Core().V1().Services().Informer():                changed,
		objects.Discovery().V1().EndpointSlices().Informer():     changed,
		objects.Core().V1().Secrets().Informer():                 changed,
		own.Core().V1().ConfigMaps().Informer():                  changed,
		pods:                                                     cache.ResourceEventHandlerFuncs{DeleteFunc: c.gatewayGone},
	} {
		if _, err := informer.AddEventHandler(handler); err != nil {
			return err
		}
	}
	for _, factory := range []informers.SharedInformerFactory{objects, gateways, own} {
		factory.Start(ctx.Done())
		factory.WaitForCacheSync(ctx.Done())
	}
	ingresses.Start(ctx.Done())
	ingresses.WaitForCacheSync(ctx.Done())

	// A gateway that asks gets everything at once: it must not become ready with half of the routes.
	if err := c.Build(ctx); err != nil {
		return err
	}
	c.prober.Start(ctx.Done())
	context.AfterFunc(ctx, c.queue.ShutDown)
	go c.Work(ctx)
	logger.Infow("ready", "ingresses", len(c.problems))
	return c.publisher.Serve(ctx)
}

// gatewayGone ends the probes of a pod that is no more.
func (c *Controller) gatewayGone(object any) {
	if unknown, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = unknown.Obj
	}
	if pod, ok := object.(*corev1.Pod); ok && pod.Labels["app"] == gatewayApp {
		c.prober.CancelPodProbing(pod)
	}
}

func newLogger() (*zap.SugaredLogger, error) {
	config := zap.NewProductionConfig()
	config.DisableStacktrace = true
	config.DisableCaller = true
	logger, err := config.Build()
	if err != nil {
		return nil, err
	}
	return logger.Sugar(), nil
}
