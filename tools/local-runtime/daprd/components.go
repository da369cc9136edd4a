package main

// The one list of what is compiled into our daprd. A component type that is not
// named here does not exist for the platform: one import and one line add it.

import (
	"github.com/dapr/components-contrib/bindings/cron"
	"github.com/dapr/components-contrib/bindings/http"
	nrkubernetes "github.com/dapr/components-contrib/nameresolution/kubernetes"
	"github.com/dapr/components-contrib/nameresolution/mdns"
	"github.com/dapr/components-contrib/nameresolution/sqlite"
	pubsubmemory "github.com/dapr/components-contrib/pubsub/in-memory"
	"github.com/dapr/components-contrib/pubsub/kafka"
	secretskubernetes "github.com/dapr/components-contrib/secretstores/kubernetes"
	"github.com/dapr/components-contrib/secretstores/local/env"
	"github.com/dapr/components-contrib/secretstores/local/file"
	statememory "github.com/dapr/components-contrib/state/in-memory"
	postgresv1 "github.com/dapr/components-contrib/state/postgresql/v1"
	postgresv2 "github.com/dapr/components-contrib/state/postgresql/v2"
	"github.com/dapr/dapr/pkg/components"
	"github.com/dapr/dapr/pkg/components/bindings"
	"github.com/dapr/dapr/pkg/components/nameresolution"
	"github.com/dapr/dapr/pkg/components/pubsub"
	"github.com/dapr/dapr/pkg/components/secretstores"
	"github.com/dapr/dapr/pkg/components/state"
	"github.com/dapr/dapr/pkg/runtime/registry"
	"github.com/dapr/kit/logger"
)

func compiledIn(log logger.Logger) *registry.Options {
	pubsubs := pubsub.NewRegistry()
	pubsubs.Logger = log
	pubsubs.RegisterComponent(kafka.NewKafka, "kafka")
	pubsubs.RegisterComponent(pubsubmemory.New, "in-memory")

	states := state.NewRegistry()
	states.Logger = log
	states.RegisterComponent(statememory.NewInMemoryStateStore, "in-memory")
	states.RegisterComponentWithVersions("postgresql", components.Versioning{
		Preferred: components.VersionConstructor{Version: "v2", Constructor: postgresv2.NewPostgreSQLStateStore},
		Others:    []components.VersionConstructor{{Version: "v1", Constructor: postgresv1.NewPostgreSQLStateStore}},
		Default:   "v1",
	})

	inputsAndOutputs := bindings.NewRegistry()
	inputsAndOutputs.Logger = log
	inputsAndOutputs.RegisterInputBinding(cron.NewCron, "cron")
	inputsAndOutputs.RegisterOutputBinding(http.NewHTTP, "http")

	secrets := secretstores.NewRegistry()
	secrets.Logger = log
	secrets.RegisterComponent(file.NewLocalSecretStore, "local.file")
	secrets.RegisterComponent(env.NewEnvSecretStore, "local.env")
	secrets.RegisterComponent(secretskubernetes.NewKubernetesSecretStore, "kubernetes")

	resolvers := nameresolution.NewRegistry()
	resolvers.Logger = log
	resolvers.RegisterComponent(sqlite.NewResolver, "sqlite")
	resolvers.RegisterComponent(mdns.NewResolver, "mdns")
	resolvers.RegisterComponent(nrkubernetes.NewResolver, "kubernetes")

	return registry.NewOptions().
		WithPubSubs(pubsubs).
		WithStateStores(states).
		WithBindings(inputsAndOutputs).
		WithSecretStores(secrets).
		WithNameResolutions(resolvers)
}
