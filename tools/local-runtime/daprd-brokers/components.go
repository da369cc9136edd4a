package main

// What is compiled into the daprd of `make brokers`: the same program, with the
// brokers side by side, and of the rest only what the conformance suite needs.

import (
	nrkubernetes "github.com/dapr/components-contrib/nameresolution/kubernetes"
	"github.com/dapr/components-contrib/nameresolution/mdns"
	"github.com/dapr/components-contrib/nameresolution/sqlite"
	"github.com/dapr/components-contrib/pubsub/kafka"
	"github.com/dapr/components-contrib/pubsub/rabbitmq"
	"github.com/dapr/components-contrib/pubsub/redis"
	"github.com/dapr/dapr/pkg/components/nameresolution"
	"github.com/dapr/dapr/pkg/components/pubsub"
	"github.com/dapr/dapr/pkg/runtime/registry"
	"github.com/dapr/kit/logger"
)

func compiledIn(log logger.Logger) *registry.Options {
	pubsubs := pubsub.NewRegistry()
	pubsubs.Logger = log
	pubsubs.RegisterComponent(kafka.NewKafka, "kafka")
	pubsubs.RegisterComponent(rabbitmq.NewRabbitMQ, "rabbitmq")
	pubsubs.RegisterComponent(redis.NewRedisStreams, "redis")

	resolvers := nameresolution.NewRegistry()
	resolvers.Logger = log
	resolvers.RegisterComponent(sqlite.NewResolver, "sqlite")
	resolvers.RegisterComponent(mdns.NewResolver, "mdns")
	resolvers.RegisterComponent(nrkubernetes.NewResolver, "kubernetes")

	return registry.NewOptions().
		WithPubSubs(pubsubs).
		WithNameResolutions(resolvers)
}
